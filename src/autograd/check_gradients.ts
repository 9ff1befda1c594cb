import { DTypeError, GradientError, ShapeError, UsageError } from "../errors.ts";
import type { Device } from "../gpu/device.ts";
import { Rng } from "../kernels/random/philox.ts";
import { checkArray, checkFunction, checkNumber, checkOptions, checkWhole, shown } from "./arguments.ts";
import { compileOnce } from "./compile.ts";
import { checkDevice } from "./compile_arguments.ts";
import type { HostTensor } from "./evaluate.ts";
import { grad } from "./grad.ts";
import { checkTensor } from "./record.ts";
import { type Tensor, Variable } from "./tensor.ts";

/** An array in float64, row-major. */
export interface Float64Tensor {
  readonly data: Float64Array;
  readonly shape: readonly number[];
}

/** Options of {@link checkGradients}. */
export interface GradientCheckOptions {
  /**
   * The same op in float64 by plain loops. With it, the result is compared too, and slopes are of it: tolerances can be
   * tight.
   */
  readonly oracle?: (...inputs: Float64Tensor[]) => Float64Tensor;
  /** Which inputs: every f32 one unless given; `[]` compares the result with the oracle's alone. */
  readonly gradients?: readonly number[];
  /** Most elements per input, drawn where there are more: 40 unless given. */
  readonly elements?: number;
  /**
   * How far an element is moved, times the larger of 1 and its size. The op must be smooth within twice that of its
   * inputs. 1e-5 with an oracle; without one 1/32, as f32 leaves no more room.
   */
  readonly step?: number;
  /**
   * Allowed differences are absolute + relative * |slope|: 2e-5 and 5e-6 with an oracle (half and a fifth for the
   * result), else 1e-3 and 5e-4.
   */
  readonly relative?: number;
  readonly absolute?: number;
}

/** What {@link checkGradients} found of one input. */
export interface GradientCheck {
  readonly input: number;
  /** Elements compared. */
  readonly elements: number;
  /** The largest |gradient - slope|. */
  readonly largestError: number;
}

const KEYS = ["oracle", "gradients", "elements", "step", "relative", "absolute"] as const;

/**
 * Holds an op's recorded gradients against central differences: for L = sum of result * w with random weights w in
 * [0.5, 1.5), each dL/dx from `grad` against L's slope when x is moved both ways, summed in float64. Also runs the op
 * twice, which must give the same bits, and on a device opened with `guarded` looks for writes out of bounds. Built-in
 * ops are tested by this function with float64 oracles. Throws GradientError naming the first wrong element; otherwise
 * gives the largest error for each input.
 */
export async function checkGradients(
  device: Device,
  op: (...inputs: Tensor[]) => Tensor,
  inputs: readonly HostTensor[],
  options: GradientCheckOptions = {},
): Promise<GradientCheck[]> {
  checkDevice("checkGradients", device);
  checkFunction("checkGradients", "the op", op);
  const wanted = checkArguments(inputs, options);
  const variables = inputs.map(({ data, shape }, k) => new Variable(data, shape, { name: `input ${k}` }));
  let weights: Variable | undefined;
  try {
    const step = await compileOnce(device, () => {
      const y = op(...variables);
      checkTensor("checkGradients", y, "result");
      const results: Record<string, Tensor> = { y };
      if (wanted.length === 0) return results;
      weights = randomWeights(y);
      const gradients = grad(
        y,
        wanted.map((k) => variables[k]!),
        weights,
      );
      gradients.forEach((gradient, i) => {
        results[`g${wanted[i]}`] = gradient;
      });
      return results;
    });
    try {
      const results = await twice(step.names, async (name) => {
        step.run();
        await device.checkGuards();
        return step.read(name);
      });
      const own = weights && (await weights.read());
      const { oracle } = options;
      const originals = inputs.map(({ data, shape }) => ({ data: Float64Array.from(data), shape }));
      if (oracle) compareResult(results.get("y")!, step.shapeOf("y"), oracle(...originals), options);
      const valuesAt = async (k: number, data: Float64Array): Promise<ArrayLike<number>> => {
        if (oracle)
          return oracle(...originals.map((other, j) => (j === k ? { data, shape: other.shape } : other))).data;
        variables[k]!.write(Float32Array.from(data));
        step.run();
        return step.read("y");
      };
      const found: GradientCheck[] = [];
      for (const k of wanted) {
        found.push(await compareGradient(k, originals[k]!.data, results.get(`g${k}`)!, own!, valuesAt, options));
        if (!oracle) variables[k]!.write(inputs[k]!.data);
      }
      return found;
    } finally {
      step.destroy();
    }
  } finally {
    for (const variable of variables) variable.destroy();
    weights?.destroy();
  }
}

/** The inputs whose gradients are checked. */
function checkArguments(inputs: readonly HostTensor[], options: GradientCheckOptions): readonly number[] {
  const op = "checkGradients";
  checkArray(op, "the list of inputs", inputs);
  inputs.forEach((input, k) => {
    if (typeof input !== "object" || input === null) {
      throw new UsageError(`${op}: input ${k} is ${shown(input)}, but must be { data, shape }`);
    }
  });
  checkOptions<GradientCheckOptions>(op, options, KEYS);
  const isF32 = (k: number) => inputs[k]?.data instanceof Float32Array;
  const { oracle, elements = 1, step = 1, relative = 0, absolute = 0 } = options;
  const { gradients = [...inputs.keys()].filter(isF32) } = options;
  if (oracle !== undefined) checkFunction(op, "the oracle", oracle);
  checkWhole(op, "elements", elements, 1);
  checkNumber(op, "step", step, { least: 1e-12 });
  checkNumber(op, "relative", relative, { least: 0 });
  checkNumber(op, "absolute", absolute, { least: 0 });
  checkArray(op, "gradients", gradients);
  for (const k of gradients) {
    checkWhole(op, "a number of gradients", k, 0, inputs.length - 1);
    if (!isF32(k)) throw new DTypeError(`${op}: input ${k} is not a Float32Array and has no gradient; leave it out`);
  }
  if (gradients.length === 0 && !oracle) {
    throw new UsageError(
      `${op}: there is nothing to check: no input is a Float32Array, and there is no oracle; give one`,
    );
  }
  return gradients;
}

function randomWeights(y: Tensor): Variable {
  const rng = new Rng(99, 0);
  const data = Float32Array.from({ length: y.size }, () => rng.uniform(0.5, 1.5));
  return new Variable(data, y.shape, { name: "weights", requiresGrad: false });
}

/** Reads every result after each of two runs. Throws GradientError where their bits differ. */
async function twice<T extends string>(
  names: readonly T[],
  read: (name: T) => Promise<ArrayLike<number> & { readonly buffer: ArrayBufferLike }>,
): Promise<Map<T, ArrayLike<number>>> {
  const results = new Map<T, ArrayLike<number>>();
  for (const name of names) {
    const [first, second] = [await read(name), await read(name)];
    const [a, b] = [new Uint32Array(first.buffer), new Uint32Array(second.buffer)];
    const at = a.findIndex((word, i) => word !== b[i]);
    if (at >= 0) {
      const what = name === "y" ? "the result" : `the gradient of input ${name.slice(1)}`;
      throw new GradientError(
        `checkGradients: ${what} is ${first[at]} at element ${at} and ${second[at]} when run again; a kernel has a race, or reads ` +
          "what it never wrote",
      );
    }
    results.set(name, first);
  }
  return results;
}

function compareResult(
  actual: ArrayLike<number>,
  shape: readonly number[],
  expected: Float64Tensor,
  { relative = 2e-5, absolute = 5e-6 }: GradientCheckOptions,
): void {
  if (expected.shape.join() !== shape.join()) {
    throw new ShapeError(
      `checkGradients: the result has shape [${shape.join(", ")}], but the oracle's has [${expected.shape.join(", ")}]`,
    );
  }
  for (let i = 0; i < expected.data.length; i++) {
    const [value, truth] = [actual[i]!, expected.data[i]!];
    const allowed = absolute / 5 + (relative / 2) * Math.abs(truth);
    // NaN equals only NaN, infinities by their sign.
    const close = Number.isFinite(truth) ? Math.abs(value - truth) <= allowed : Object.is(value, truth);
    if (!close) {
      throw new GradientError(
        `checkGradients: the result is ${value} at element ${i}, but the oracle gives ${truth} (allowed difference ${allowed})`,
      );
    }
  }
}

async function compareGradient(
  input: number,
  x: Float64Array,
  gradient: ArrayLike<number>,
  weights: ArrayLike<number>,
  valuesAt: (input: number, data: Float64Array) => Promise<ArrayLike<number>>,
  options: GradientCheckOptions,
): Promise<GradientCheck> {
  const tight = options.oracle !== undefined;
  const { elements = 40, step = tight ? 1e-5 : 2 ** -5 } = options;
  const { relative = tight ? 2e-5 : 1e-3, absolute = tight ? 5e-6 : 5e-4 } = options;
  const sample = sampleOf(x.length, elements);
  let largestError = 0;
  for (const i of sample) {
    const h = step * Math.max(1, Math.abs(x[i]!));
    const at = (delta: number) => {
      const moved = x.slice();
      moved[i]! += delta;
      return valuesAt(input, moved);
    };
    const difference = async (delta: number) => {
      const [above, below] = [await at(delta), await at(-delta)];
      let total = 0;
      for (let j = 0; j < weights.length; j++) total += weights[j]! * (above[j]! - below[j]!);
      return total;
    };
    // f32 needs wide steps, and they the fourth order; in float64 the second will do.
    const slope = tight
      ? (await difference(h)) / (2 * h)
      : (8 * (await difference(h)) - (await difference(2 * h))) / (12 * h);
    const error = Math.abs(gradient[i]! - slope);
    const allowed = absolute + relative * Math.abs(slope);
    if (!(error <= allowed)) {
      throw new GradientError(
        `checkGradients: the gradient of input ${input} is ${gradient[i]} at element ${i}, but the slope there is ${slope} ` +
          `(allowed difference ${allowed}); mend the gradient's rule, or move inputs away from a kink within ${2 * h}`,
      );
    }
    largestError = Math.max(largestError, error);
  }
  return { input, elements: sample.length, largestError };
}

function sampleOf(length: number, most: number): number[] {
  if (length <= most) return Array.from({ length }, (_, i) => i);
  return [...new Rng(length, 1).sampleWithoutReplacement(length, most)];
}
