import { TailgradError, UsageError } from "../errors.ts";
import type { Device } from "../gpu/device.ts";
import { type Choice, isVariant, type Launch, type Storage } from "../gpu/launch.ts";
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
  /** Variants that failed, or gave wrong results by the simplest variant of the kernel, and why; they never win. */
  readonly dropped: readonly string[];
}

/** Options of {@link Tuner}. */
export interface TunerOptions {
  /** "on" unless said otherwise. */
  readonly mode?: TuneMode;
  /** What earlier runs found out. */
  readonly known?: TunedChoices;
  /** Milliseconds after which a search tries no further variant; 20,000 unless said otherwise. */
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
/** The largest difference between elements of results, relative to the largest of them. */
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
    const variant = known !== undefined && isVariant(choice, known) ? known : variants[0]!;
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
    const deadline = began + this.#budgetMs;
    for (const choice of asked) {
      const variant = await fastest(device, choice, deadline, dropped);
      if (variant === undefined) break;
      this.#known.set(choice.key, variant);
      this.#measured.add(choice.key);
      measured++;
    }
    const milliseconds = performance.now() - began;
    this.#onTuned?.({ measured, milliseconds, left: asked.length - measured, dropped }, this.choices);
    return true;
  }
}

type TrialStep = Step<{ result: Tensor }>;

/** A variant that works, what it computed of the same inputs, and its shortest time for one run. */
interface Candidate {
  readonly variant: string;
  readonly step: TrialStep;
  readonly result: Float32Array;
  runs: number;
  ms: number;
}

/** Notes that a variant was dropped, and why. */
type Drop = (variant: string, why: string) => void;

/**
 * The fastest variant whose results are right, the usual one unless another saves enough, the reference where none is right.
 * Undefined when the time is up before all variants were tried.
 */
async function fastest(
  device: Device,
  choice: Choice,
  deadline: number,
  dropped: string[],
): Promise<string | undefined> {
  const drop: Drop = (variant, why) => dropped.push(`${choice.key}, ${variant}: ${why}`);
  const tried: Candidate[] = [];
  try {
    for (const variant of choice.variants) {
      if (performance.now() > deadline) return undefined;
      const candidate = await attempt(device, choice, variant, drop);
      if (candidate) tried.push(candidate);
    }
    const right = await rightOnes(device, choice, tried, drop);
    for (let round = 0; round < ROUNDS && performance.now() <= deadline; round++) {
      for (const one of right) one.ms = Math.min(one.ms, await timed(device, one.step, one.runs));
    }
    const usual = right.find(({ variant }) => variant === choice.variants[0]);
    const best = right.reduce<Candidate | undefined>((a, b) => (a && a.ms <= b.ms ? a : b), undefined);
    if (!best) return choice.reference;
    return usual && best.ms > usual.ms * (1 - LEAST_GAIN) ? usual.variant : best.variant;
  } finally {
    for (const { step } of tried) step.destroy();
  }
}

/** Runs a variant, and once more to time it; undefined, with a note, where it fails. */
async function attempt(device: Device, choice: Choice, variant: string, drop: Drop): Promise<Candidate | undefined> {
  let step: TrialStep | undefined;
  try {
    step = await prepare(device, choice.launches(variant));
    step.run();
    const result = (await step.read("result")) as Float32Array;
    const ms = await timed(device, step, 1);
    return { variant, step, result, runs: Math.min(MOST_RUNS, Math.max(1, Math.ceil(SAMPLE_MS / ms))), ms };
  } catch (error) {
    step?.destroy();
    if (!(error instanceof TailgradError)) throw error;
    drop(variant, error.message);
    return undefined;
  }
}

/** The candidates that are right: all where all agree, else those that agree with the reference, which is slow and asked only then. */
async function rightOnes(
  device: Device,
  choice: Choice,
  tried: readonly Candidate[],
  drop: Drop,
): Promise<Candidate[]> {
  const { variants, reference } = choice;
  if (tried.length === variants.length && tried.every(({ result }) => agree(result, tried[0]!.result)))
    return [...tried];
  const own = tried.find(({ variant }) => variant === reference);
  const other = own || variants.includes(reference) ? undefined : await attempt(device, choice, reference, drop);
  other?.step.destroy();
  const truth = own ?? other ?? tried[0];
  return tried.filter(({ variant, result }) => {
    const right = agree(result, truth!.result);
    if (!right) drop(variant, `its results differ from those of ${truth!.variant}`);
    return right;
  });
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
