import { TailgradError, UsageError } from "../errors.ts";
import type { Device } from "../gpu/device.ts";
import type { Choice, Launch, Storage } from "../gpu/launch.ts";
import { Rng } from "../kernels/random/philox.ts";
import { checkChoice, checkFunction, checkNumber, checkOptions, shown } from "./arguments.ts";
import { planMemory } from "./memory.ts";
import { Step } from "./step.ts";
import { Tensor } from "./tensor.ts";

/**
 * When kernels are measured: "off" takes each kernel's usual choice, "on" measures what is not known yet, "force"
 * measures everything once again.
 */
export const TUNE_MODES = ["off", "on", "force"] as const;
/** "off": usual variants; "on": measure what is not known; "force": measure everything. */
export type TuneMode = (typeof TUNE_MODES)[number];

/** Chosen variants by kernel and sizes, such as "matmul 256x512x110 NT". */
export type TunedChoices = Readonly<Record<string, string>>;

/** What one search did. */
export interface TuningReport {
  readonly measured: number;
  readonly milliseconds: number;
  /** Choices left at their usual variant because the time was up. */
  readonly left: number;
  /** Variants that failed or gave other results, and why; they never win. */
  readonly dropped: readonly string[];
}

/** Options of {@link Tuner}. */
export interface TunerOptions {
  /** "on" unless said otherwise. */
  readonly mode?: TuneMode;
  /** What earlier runs found out. */
  readonly known?: TunedChoices;
  /** Milliseconds after which a search begins no further measurement; 20,000 unless said otherwise. */
  readonly budgetMs?: number;
  /** Called after every search. */
  readonly onTuned?: (report: TuningReport, choices: TunedChoices) => void;
}

/** Work below this is not worth a search: its kernels take longer to compile than they save. */
const LEAST_FLOPS = 2e7;
/** Rounds of samples, the length that one aims at, and the most runs in it. */
const ROUNDS = 5;
const SAMPLE_MS = 5;
const MOST_RUNS = 50;
/** Share of its time that a variant must save to take the place of the usual one. */
const LEAST_GAIN = 0.03;
/** Elements of results that are compared, and their largest difference, relative to the largest of them. */
const COMPARED = 65_536;
const TOLERANCE = 1e-3;

/** Chooses among the variants of kernels by running them, at the sizes that a step has, on the adapter that it runs on. */
export class Tuner {
  readonly #mode: TuneMode;
  readonly #budgetMs: number;
  readonly #onTuned: TunerOptions["onTuned"];
  readonly #known: Map<string, string>;
  readonly #used = new Map<string, string>();
  readonly #asked = new Map<string, Choice>();
  readonly #measured = new Set<string>();

  /** Throws UsageError for options that are none. */
  constructor(options: TunerOptions = {}) {
    checkOptions<TunerOptions>("Tuner", options, ["mode", "known", "budgetMs", "onTuned"]);
    const { mode = "on", known = {}, budgetMs = 20_000, onTuned } = options;
    checkChoice("Tuner", "mode", mode, TUNE_MODES);
    checkNumber("Tuner", "budgetMs", budgetMs);
    if (onTuned !== undefined) checkFunction("Tuner", "onTuned", onTuned);
    if (typeof known !== "object" || known === null || Object.values(known).some((name) => typeof name !== "string")) {
      throw new UsageError(`Tuner: known is ${shown(known)}; give variants by choice, as a tuner's choices are`);
    }
    this.#mode = mode;
    this.#budgetMs = budgetMs;
    this.#onTuned = onTuned;
    this.#known = new Map(Object.entries(known));
  }

  /** What has been found out, and what it was given. */
  get choices(): TunedChoices {
    return Object.fromEntries([...this.#known].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** The variants that compiled steps took: the same ones make the same bits. */
  get used(): TunedChoices {
    return Object.fromEntries([...this.#used].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** The variant for a choice as far as is known. {@link compile} calls it. @internal */
  choose(choice: Choice): string {
    const { key, variants } = choice;
    const known = this.#mode === "off" ? undefined : this.#known.get(key);
    const variant = known !== undefined && variants.includes(known) ? known : variants[0]!;
    if (this.#mode !== "off" && choice.flops >= LEAST_FLOPS) {
      const wanted = this.#mode === "force" ? !this.#measured.has(key) : variant !== known;
      if (wanted) this.#asked.set(key, choice);
    }
    this.#used.set(key, variant);
    return variant;
  }

  /**
   * Measures what was asked for and is not known, the largest work first; tells whether anything was. {@link compile}
   * calls it. @internal
   */
  async measure(device: Device): Promise<boolean> {
    const asked = [...this.#asked.values()].sort((a, b) => b.flops - a.flops);
    this.#asked.clear();
    if (asked.length === 0) return false;
    const began = performance.now();
    const dropped: string[] = [];
    let measured = 0;
    for (const choice of asked) {
      if (performance.now() - began > this.#budgetMs) break;
      this.#known.set(choice.key, await fastest(device, choice, dropped));
      this.#measured.add(choice.key);
      measured++;
    }
    const milliseconds = performance.now() - began;
    this.#onTuned?.({ measured, milliseconds, left: asked.length - measured, dropped }, this.choices);
    return true;
  }
}

type TrialStep = Step<{ result: Tensor }>;

/** A variant that works, and its shortest time for one run. */
interface Candidate {
  readonly variant: string;
  readonly step: TrialStep;
  runs: number;
  ms: number;
}

async function fastest(device: Device, choice: Choice, dropped: string[]): Promise<string> {
  const candidates: Candidate[] = [];
  let expected: Float32Array | undefined;
  try {
    for (const variant of choice.variants) {
      const drop = (why: string) => dropped.push(`${choice.key}, ${variant}: ${why}`);
      let step: TrialStep | undefined;
      try {
        step = await prepare(device, choice.launches(variant));
        step.run();
        const result = (await step.read("result")).subarray(0, COMPARED) as Float32Array;
        expected ??= result;
        if (!agree(result, expected)) {
          drop(`its results differ from those of ${choice.variants[0]}`);
          step.destroy();
          continue;
        }
        const once = await timed(device, step, 1);
        candidates.push({
          variant,
          step,
          runs: Math.min(MOST_RUNS, Math.max(1, Math.ceil(SAMPLE_MS / once))),
          ms: once,
        });
      } catch (error) {
        step?.destroy();
        if (!(error instanceof TailgradError)) throw error;
        drop(error.message);
      }
    }
    for (let round = 0; round < ROUNDS; round++) {
      for (const one of candidates) one.ms = Math.min(one.ms, await timed(device, one.step, one.runs));
    }
  } finally {
    for (const { step } of candidates) step.destroy();
  }
  const usual = candidates.find(({ variant }) => variant === choice.variants[0]);
  const best = candidates.reduce<Candidate | undefined>((a, b) => (a && a.ms <= b.ms ? a : b), undefined);
  if (!best) return choice.variants[0]!;
  return usual && best.ms > usual.ms * (1 - LEAST_GAIN) ? usual.variant : best.variant;
}

async function timed(device: Device, step: TrialStep, runs: number): Promise<number> {
  const start = performance.now();
  step.run(runs);
  await device.settle();
  return (performance.now() - start) / runs;
}

/**
 * The launches as a step of their own, what they read filled with random numbers; its result is what the last one
 * writes.
 */
async function prepare(device: Device, launches: readonly Launch[]): Promise<TrialStep> {
  const { view } = launches.at(-1)!.bindings.findLast(({ access }) => access !== "read")!;
  const outputs = { result: new Tensor(view.storage, view.shape, view.dtype, false, undefined) };
  const dispatches = launches.map((launch) => ({ launch, parts: [] }));
  const memory = planMemory(dispatches, new Set([view.storage]), { share: false });
  const step = await Step.prepare(device, outputs, dispatches, memory, new Set());
  const written = new Set<Storage>();
  for (const { bindings } of launches) {
    for (const { view, access } of bindings) {
      if (access === "read" && !written.has(view.storage))
        step.fill(view.storage, randomValues(view.storage.sizeBytes / 4));
      if (access !== "read") written.add(view.storage);
    }
  }
  return step;
}

function randomValues(count: number): Float32Array<ArrayBuffer> {
  const rng = new Rng(1, 1);
  const some = Float32Array.from({ length: Math.min(count, 4099) }, () => rng.uniform() - 0.5);
  return Float32Array.from({ length: count }, (_, i) => some[i % some.length]!);
}

function agree(a: Float32Array, b: Float32Array): boolean {
  let largest = 0;
  for (const value of b) largest = Math.max(largest, Math.abs(value));
  return a.every((value, i) => Math.abs(value - b[i]!) <= TOLERANCE * Math.max(largest, 1e-6));
}
