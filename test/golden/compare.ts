import type { Variable } from "../../src/autograd/tensor.ts";
import { BatchTrainer, type TrainingProgram } from "../../src/experiments/batch_trainer.ts";
import type { Device } from "../../src/gpu/device.ts";
import { parametersOf } from "../../src/models/module.ts";
import { type Batch, batchOfStep, drawnGarments } from "./batches.ts";
import type { Values } from "./parameters64.ts";

/** How long and on what both are trained. */
export interface Plan {
  readonly steps: number;
  readonly batchSize: number;
  /** Drawn garments to train on; no multiple of the batch size, so that each epoch ends with a smaller batch. */
  readonly items: number;
  /** Seed of weights, order, noise and dropout. */
  readonly seed: number;
  /** After how many steps parameters and running statistics are compared; after the last one unless given. */
  readonly stateAt?: number;
  /** Whether to train ours a second time from weights one ulp off, to see what rounding alone does to its losses. */
  readonly oneUlp?: boolean;
  readonly onRow?: (row: Row) => void;
}

/** Another training from the same start. */
export interface Reference {
  /** Does step `step`, counted from 0, on its batch, and gives its losses. */
  step(batch: Batch, step: number): Promise<number[]> | number[];
  /** Parameters and running statistics by our names, if they are to be compared. */
  state?(): ReadonlyMap<string, Float64Array>;
  dispose?(): void;
}

/** Losses of one step; `step` counts from 1. */
export interface Row {
  readonly step: number;
  readonly ours: readonly number[];
  readonly reference: readonly number[];
  /** The largest of |ours - reference|. */
  readonly difference: number;
  /** The largest of |ours - reference| / |reference|. */
  readonly gap: number;
  /** The largest gap up to here of ours to itself from weights one ulp off, where it was asked for. */
  readonly ulp?: number;
}

/** How far our tensor ended from the reference's: the distance as a share of the way that the reference's went. */
export interface TensorGap {
  readonly name: string;
  readonly gap: number;
}

export interface Comparison {
  readonly rows: readonly Row[];
  readonly tensors: readonly TensorGap[];
  readonly seconds: { readonly ours: number; readonly reference: number };
}

/** Trains our program as the commands do, then the reference on the same batches, and compares them. */
export async function compare(
  device: Device,
  plan: Plan,
  makeProgram: () => TrainingProgram,
  makeReference: (start: Values) => Reference,
): Promise<Comparison> {
  const { steps, batchSize, items, seed, stateAt = steps, onRow } = plan;
  const program = makeProgram();
  const start = await valuesOf(program);
  const began = performance.now();
  const ours = await trainOurs(device, plan, program, stateAt);
  const between = performance.now();
  const moved = plan.oneUlp ? await trainOurs(device, plan, await oneUlpOff(makeProgram()), stateAt) : undefined;
  const set = drawnGarments(items);
  const reference = makeReference(start);
  const referenceBegan = performance.now();
  const rows: Row[] = [];
  let tensors: TensorGap[] = [];
  try {
    for (let step = 0; step < steps; step++) {
      const losses = await reference.step(batchOfStep(set, batchSize, seed, step), step);
      const row = {
        step: step + 1,
        ours: ours.losses[step]!,
        reference: losses,
        difference: Math.max(...losses.map((loss, i) => Math.abs(ours.losses[step]![i]! - loss))),
        gap: gapOf(ours.losses[step]!, losses),
        ...(moved && { ulp: Math.max(rows.at(-1)?.ulp ?? 0, gapOf(moved.losses[step]!, ours.losses[step]!)) }),
      };
      rows.push(row);
      onRow?.(row);
      if (row.step === stateAt && reference.state) tensors = tensorGaps(start, ours, reference.state());
    }
  } finally {
    reference.dispose?.();
  }
  const seconds = { ours: (between - began) / 1000, reference: (performance.now() - referenceBegan) / 1000 };
  return { rows, tensors, seconds };
}

/** Values of a program's f32 variables, by name. */
async function valuesOf(program: TrainingProgram): Promise<Values> {
  const values = new Map<string, { data: Float32Array; shape: readonly number[] }>();
  for (const [name, variable] of program.state()) {
    const data = await variable.read();
    if (data instanceof Float32Array) values.set(name, { data: data.slice(), shape: variable.shape });
  }
  return values;
}

interface Trained {
  /** Of each step. */
  readonly losses: readonly (readonly number[])[];
  /** After `stateAt` steps. */
  readonly state: Values;
  /** Names of the networks' parameters. */
  readonly parameters: readonly string[];
}

async function trainOurs(device: Device, plan: Plan, program: TrainingProgram, stateAt: number): Promise<Trained> {
  const trainer = await BatchTrainer.create(device, drawnGarments(plan.items), program, plan);
  const losses: number[][] = [];
  const runTo = async (end: number) => {
    while (trainer.step < end) losses.push(...(await trainer.readLog(trainer.run(end - trainer.step))));
  };
  try {
    await runTo(stateAt);
    const state = await valuesOf(program);
    await runTo(plan.steps);
    return { losses, state, parameters: networkParameters(program).map(({ name }) => name) };
  } finally {
    trainer.destroy();
  }
}

function gapOf(losses: readonly number[], expected: readonly number[]): number {
  return Math.max(...expected.map((loss, i) => Math.abs(losses[i]! - loss) / Math.abs(loss)));
}

/** The program with each weight moved to the next f32, away from 0. */
async function oneUlpOff(program: TrainingProgram): Promise<TrainingProgram> {
  for (const variable of networkParameters(program)) {
    const values = await variable.read();
    const bits = new Uint32Array(values.buffer);
    for (let i = 0; i < bits.length; i++) bits[i]!++;
    variable.write(values);
  }
  return program;
}

/** Weights, biases and tables; a program's state also holds its optimizers' and its counters. */
function networkParameters(program: TrainingProgram): Variable[] {
  return parametersOf(program).filter(({ dtype }) => dtype === "f32");
}

function tensorGaps(start: Values, ours: Trained, reference: ReadonlyMap<string, Float64Array>): TensorGap[] {
  const forgotten = ours.parameters.filter((name) => !reference.has(name));
  if (forgotten.length > 0) throw new Error(`the reference does not train ${forgotten.join(", ")}`);
  return [...reference].flatMap(([name, values]) => {
    const way = distance(values, start.get(name)!.data);
    // A bias before a normalisation has no gradient but rounding, which Adam makes steps of: it goes nowhere in particular.
    if (way > 0 && way < 1e-9 * distance(values, new Float64Array(values.length))) return [];
    return [{ name, gap: distance(values, ours.state.get(name)!.data) / way }];
  });
}

function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(sum);
}
