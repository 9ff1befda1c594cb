import { availableParallelism } from "node:os";
import { parentPort, Worker, workerData } from "node:worker_threads";
import { BLOCK } from "./inputs.ts";
import { READERS } from "./readers/index.ts";
import { type Failure, Fuzzer, type Share } from "./share.ts";

/** An input that takes longer is taken for endless. */
const HANG_MS = 60_000;
/** Failures of a reader that are told. */
const MOST_TOLD = 10;
const HEAP_MB = 768;

/** A share of a reader's inputs, or the end of the work on it. */
type Order = { readonly reader: number; readonly from: number; readonly to: number } | { readonly end: number };
type Answer = { readonly share: Share } | { readonly ended: string | undefined };

/** What became of all of a reader's inputs, and what is wrong besides. */
export interface Total extends Share {
  problems: string[];
}

/** One worker thread per core; a thread that hangs or dies costs its share and is replaced. */
export class Team {
  #members: Member[];

  constructor(script: string, seed: number) {
    this.#members = Array.from({ length: availableParallelism() }, () => new Member(script, seed));
  }

  async run(reader: number, n: number): Promise<Total> {
    const total: Total = {
      inputs: 0,
      accepted: 0,
      failed: 0,
      failures: [],
      slowestMs: 0,
      slowestIndex: 0,
      problems: [],
    };
    let next = 0;
    const shares = async (member: Member) => {
      while (next < n) {
        const from = next;
        next = Math.min(n, from + BLOCK);
        const answer = await member.ask({ reader, from, to: next });
        if (typeof answer === "string") total.problems.push(answer);
        else if ("share" in answer) add(total, answer.share);
      }
      const answer = await member.ask({ end: reader });
      if (typeof answer === "string") total.problems.push(answer);
      else if ("ended" in answer && answer.ended !== undefined) total.problems.push(answer.ended);
    };
    await Promise.all(this.#members.map(shares));
    return total;
  }

  async end(): Promise<void> {
    await Promise.all(this.#members.map((member) => member.end()));
  }
}

function add(total: Total, share: Share): void {
  total.inputs += share.inputs;
  total.accepted += share.accepted;
  total.failed += share.failed;
  total.failures = [...total.failures, ...share.failures].slice(0, MOST_TOLD) as Failure[];
  if (share.slowestMs > total.slowestMs) {
    total.slowestMs = share.slowestMs;
    total.slowestIndex = share.slowestIndex;
  }
}

/** A worker thread, seen from outside. */
class Member {
  #worker: Worker | undefined;
  #waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined;
  /** The input that the thread is at. */
  #at = new Int32Array(new SharedArrayBuffer(4));

  constructor(
    private readonly script: string,
    private readonly seed: number,
  ) {}

  /** The thread's answer, or what went wrong with the thread. */
  async ask(order: Order): Promise<Answer | string> {
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Answer>((resolve, reject) => {
        this.#waiting = { resolve, reject };
        this.#worker ??= this.#start();
        this.#worker.postMessage(order);
        let seen = -1;
        timer = setInterval(() => {
          if (seen === this.#at[0]) reject(new Error(`no answer for ${HANG_MS} ms`));
          seen = this.#at[0]!;
        }, HANG_MS);
      });
    } catch (error) {
      await this.end();
      return `input ${this.#at[0]}: ${error instanceof Error ? error.message : String(error)}`;
    } finally {
      clearInterval(timer);
    }
  }

  #start(): Worker {
    const worker = new Worker(this.script, {
      workerData: { seed: this.seed, at: this.#at },
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    });
    worker.on("message", (answer: Answer) => this.#waiting?.resolve(answer));
    worker.on("error", (error) => this.#waiting?.reject(error));
    worker.on("exit", (code) => this.#waiting?.reject(new Error(`the thread ended with code ${code}`)));
    return worker;
  }

  async end(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = undefined;
  }
}

/** A worker thread, from inside: does what it is asked. */
export function work(): void {
  const { seed, at } = workerData as { seed: number; at: Int32Array };
  let fuzzer: Fuzzer | undefined;
  parentPort!.on("message", async (order: Order) => {
    if ("end" in order) {
      parentPort!.postMessage({ ended: await close(fuzzer) } satisfies Answer);
      fuzzer = undefined;
      return;
    }
    fuzzer ??= new Fuzzer(READERS[order.reader]!, seed);
    const share = await fuzzer.run(order.from, order.to, (index) => {
      at[0] = index;
    });
    parentPort!.postMessage({ share } satisfies Answer);
  });
}

async function close(fuzzer: Fuzzer | undefined): Promise<string | undefined> {
  try {
    await fuzzer?.close();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
