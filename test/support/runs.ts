/** Short training runs of the built command, for the harnesses that repeat, interrupt, kill and starve them. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { type Checkpoint, checkpointFiles, readCheckpoint } from "../../src/experiments/checkpoint_node.ts";
import { sha256Hex } from "../../src/experiments/files_node.ts";
import { readMetrics } from "../../src/experiments/metrics_log_node.ts";
import { type Ended, start } from "../cli/built.ts";
import { writeIdxFolder } from "../cli/support.ts";
import { randomSource } from "./arrays.ts";

export const KINDS = ["cnn", "gan"] as const;
export type Kind = (typeof KINDS)[number];

/** 40 images in batches of 12 are three full ones and one of 4 an epoch: the run ends within its fourth. */
export const STEPS = 15;
/** A run takes seconds; on a crowded machine minutes. */
const MOST_MS = 600_000;
const SIZES = ["--batch-size", "12", "--epochs", "1000", "--max-steps", String(STEPS)];
const MODEL: Readonly<Record<Kind, readonly string[]>> = { cnn: [], gan: ["--gan", "small_mlp_cgan_leaky"] };

const [NEWEST] = checkpointFiles("checkpoint");

/** A temporary folder with a small data set of drawn garments, and the chance by which a harness draws. */
export class Site {
  readonly folder = mkdtempSync(join(tmpdir(), "tailgrad-runs-"));
  readonly random: () => number;
  #runs = 0;
  readonly #whole = new Map<Kind, Promise<Fingerprint>>();

  /** `say` is given a line now and then on how far a harness is. */
  constructor(
    seed: number,
    readonly say: (line: string) => void = () => {},
  ) {
    this.random = randomSource(seed);
    writeIdxFolder(join(this.folder, "data"), 4, 2);
  }

  /** A run folder that no run has used. */
  newRun(folder = this.folder): string {
    return join(folder, `run${++this.#runs}`);
  }

  /** Starts training `kind` into `run`, or going on with it. */
  train(kind: Kind, run: string, checkpointEvery: number, env: Record<string, string> = {}) {
    const data = ["--dataset", "mine", "--data-dir", "data"];
    const every = ["--checkpoint-every", String(checkpointEvery)];
    const out = ["--out", relative(this.folder, run)];
    const { child, ended } = start(
      this.folder,
      ["train", kind, ...MODEL[kind], ...data, ...SIZES, ...every, ...out],
      env,
    );
    // One that hangs then ends without an exit code.
    const hanging = setTimeout(() => child.kill("SIGKILL"), MOST_MS);
    ended.finally(() => clearTimeout(hanging)).catch(() => {});
    return { child, ended };
  }

  /** Trains to the end; `from` is the step that the run must say it goes on from. Throws unless all went well. */
  async finish(
    kind: Kind,
    run: string,
    { from, checkpointEvery = STEPS }: { from?: number | undefined; checkpointEvery?: number } = {},
  ) {
    const ended = await this.train(kind, run, checkpointEvery).ended;
    assert.equal(ended.code, 0, `exit code ${ended.code}: ${lastLine(ended)}`);
    if (from !== undefined) expectGoesOn(ended, from);
    return ended;
  }

  /** What a run that nothing interrupts leaves. */
  whole(kind: Kind): Promise<Fingerprint> {
    const make = async () => {
      const run = this.newRun();
      await this.finish(kind, run);
      const found = fingerprint(run);
      rmSync(run, { recursive: true });
      return found;
    };
    const known = this.#whole.get(kind) ?? make();
    this.#whole.set(kind, known);
    return known;
  }

  /** Throws unless `run` ended with the same files, bit by bit, as one that nothing interrupted; then removes it. */
  async expectSame(kind: Kind, run: string): Promise<void> {
    const whole = await this.whole(kind);
    const found = fingerprint(run);
    const differing = [...new Set([...whole.keys(), ...found.keys()])].filter(
      (key) => whole.get(key) !== found.get(key),
    );
    assert.ok(differing.length === 0, `${run}: not as in one go: ${differing.join(", ")}`);
    rmSync(run, { recursive: true });
  }

  /** A run stopped by a signal once `step` steps were in its metrics, and the step that it says it stopped at. */
  async interrupted(kind: Kind, step: number, signal: NodeJS.Signals): Promise<{ run: string; at: number }> {
    for (let tries = 0; tries < 5; tries++) {
      const run = this.newRun();
      const { child, ended } = this.train(kind, run, this.integer(1, 4));
      await until(() => existsSync(join(run, NEWEST)) && stepsMeasured(run) >= step, ended);
      child.kill(signal);
      const end = await ended;
      // The signal may come when the last steps are under way: then the run ends as usual.
      if (end.code === 0) continue;
      assert.equal(end.code, 75, `exit code ${end.code}: ${lastLine(end)}`);
      const said = /stopped at step (\d+) of \d+ with a checkpoint; the same command goes on/.exec(lastLine(end));
      const at = Number(said?.[1]);
      assert.ok(at >= step, `stopped at step ${at}: ${lastLine(end)}`);
      return { run, at };
    }
    throw new Error("the run was always over before the signal came");
  }

  /** A whole number from low to high, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.random() * (high - low + 1));
  }

  pick<T>(options: readonly T[]): T {
    return options[this.integer(0, options.length - 1)]!;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** SHA-256 of each file that must be the same each time. */
export type Fingerprint = ReadonlyMap<string, string>;

/** Those that tell when and how often the run was started, or are older than the end. */
const PASSING = /^(lock|invocation\.json|result\.json|checkpoint\.json|checkpoint\.previous\..*)$/;

/** The fingerprint of a finished run: newest checkpoint, metrics, weights, pictures, and the result but for its seconds. */
export function fingerprint(run: string): Fingerprint {
  const files = readdirSync(run, { recursive: true, encoding: "utf8", withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const names = files.map((entry) => relative(run, join(entry.parentPath, entry.name))).sort();
  const hashes = names
    .filter((name) => !PASSING.test(name))
    .map((name) => [name, sha256Hex(readFileSync(join(run, name)))] as const);
  const { seconds, out, weights, grid, ...result } = JSON.parse(readFileSync(join(run, "result.json"), "utf8"));
  return new Map([...hashes, ["names of all files", names.join()], ["result.json", JSON.stringify(result)]]);
}

/** The newest checkpoint of a run folder that may not exist yet, and what was warned of. Throws if none can be loaded. */
export function newest(run: string): { checkpoint: Checkpoint | undefined; warnings: string[] } {
  const warnings: string[] = [];
  const checkpoint = existsSync(run) ? readCheckpoint(run, "checkpoint", (text) => warnings.push(text)) : undefined;
  return { checkpoint, warnings };
}

/** The last step whose losses are in the metrics; 0 if none is. */
export function stepsMeasured(run: string): number {
  return readMetrics(join(run, "metrics.jsonl")).findLast((line) => line.test === undefined)?.step ?? 0;
}

/** Waits until `holds`, looking every few milliseconds; gives up when `ended` is over. */
export async function until(holds: () => boolean, ended: Promise<unknown>): Promise<void> {
  let over = false;
  const end = () => {
    over = true;
  };
  ended.then(end, end);
  while (!over && !holds()) await new Promise((done) => setTimeout(done, 3));
}

/** Throws unless the run said that it goes on from `step`; one without a checkpoint, or at its end, says otherwise. */
export function expectGoesOn({ stderr }: Ended, step: number | undefined): void {
  const said = /: (?:going on from step|the run has its) (\d+)/.exec(stderr)?.[1];
  assert.equal(said === undefined ? undefined : Number(said), step, `should go on from step ${step}, said ${said}`);
}

/** The line that says why a command ended. */
export function lastLine({ stderr }: Ended): string {
  return stderr.trimEnd().split("\n").at(-1) ?? "";
}
