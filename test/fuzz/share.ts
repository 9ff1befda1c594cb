import { setTimeout } from "node:timers/promises";
import { bytesInUse, type Examined, examine, MOST_MS } from "./examine.ts";
import { Inputs } from "./inputs.ts";
import { minimized } from "./minimize.ts";
import type { Reader, Session } from "./reader.ts";

/** Inputs whose time is taken once more: what a busy machine or the garbage collector held up is then told from slow. */
const RETIMED = 4;
const RETRIES = 5;
const RETRY_PAUSE_MS = 300;
/** Failures of one share that are made small and told. */
const MOST_TOLD = 3;
/** What may stay in use over a whole run; caches of compiled code grow a little. */
const MOST_GROWTH_BYTES = 32 * 2 ** 20;

/** An input that failed, as small as it could be made. */
export interface Failure {
  readonly index: number;
  readonly problem: string;
  readonly input: Uint8Array;
}

/** What became of a share of a reader's inputs. */
export interface Share {
  inputs: number;
  accepted: number;
  failed: number;
  failures: Failure[];
  slowestMs: number;
  slowestIndex: number;
}

/** One reader at work in this process. */
export class Fuzzer {
  readonly #inputs: Inputs;
  readonly #session: Session;
  #settledBytes: number | undefined;

  constructor(
    readonly reader: Reader,
    seed: number,
  ) {
    this.#inputs = new Inputs(reader, seed);
    this.#session = reader.open();
  }

  /** Tries the inputs from..to-1; `onInput` is told of each before it is tried. */
  async run(from: number, to: number, onInput: (index: number) => void = () => {}): Promise<Share> {
    const share: Share = { inputs: to - from, accepted: 0, failed: 0, failures: [], slowestMs: 0, slowestIndex: from };
    const slow: { index: number; ms: number }[] = [];
    for (let index = from; index < to; index++) {
      onInput(index);
      const input = this.#inputs.at(index);
      const result = await this.#examine(input);
      if (result.problem !== undefined) await this.#tell(share, index, input, result.problem);
      else if (result.accepted) share.accepted++;
      if (slow.length < RETIMED || result.ms > slow.at(-1)!.ms) {
        slow.push({ index, ms: result.ms });
        slow.sort((a, b) => b.ms - a.ms).splice(RETIMED);
      }
    }
    for (const { index, ms } of slow) {
      const least = Math.min(ms, (await this.#examine(this.#inputs.at(index))).ms);
      if (least > share.slowestMs) Object.assign(share, { slowestMs: least, slowestIndex: index });
    }
    this.#settledBytes ??= await bytesInUse();
    return share;
  }

  /** Ends the work; gives the bytes in use beyond those after the first share, and throws if they are too many. */
  async close(): Promise<number> {
    this.#session.close();
    const growth = (await bytesInUse()) - (this.#settledBytes ?? 0);
    if (growth > MOST_GROWTH_BYTES) {
      throw new Error(`${this.reader.name}: ${growth} bytes more in use at the end than after the first inputs`);
    }
    return growth;
  }

  async #tell(share: Share, index: number, input: Uint8Array, problem: string): Promise<void> {
    share.failed++;
    if (share.failures.length >= MOST_TOLD) return;
    const small = await minimized(input, problem, async (tried) => (await this.#examine(tried)).problem);
    share.failures.push({ index, problem, input: small });
  }

  /** What is too slow is tried again, until it is not: a busy machine can hold up any input, but not each time. */
  async #examine(input: Uint8Array): Promise<Examined> {
    let result = await examine(this.#session, this.reader.names, input);
    for (let i = 0; i < RETRIES && result.ms > MOST_MS; i++) {
      await setTimeout(RETRY_PAUSE_MS);
      result = await examine(this.#session, this.reader.names, input);
    }
    return result;
  }
}
