import { RecordingError, UsageError } from "../errors.ts";
import type { Device } from "../gpu/device.ts";
import { checkArray, checkFunction, shown } from "./arguments.ts";
import { compileOnce } from "./compile.ts";
import { checkDevice } from "./compile_arguments.ts";
import type { HostArray } from "./host_array.ts";
import { checkSynchronous } from "./record.ts";
import { type Tensor, Variable } from "./tensor.ts";

/** A host array and the shape that its elements, in row-major order, make up. */
export interface HostTensor {
  readonly data: HostArray;
  readonly shape: readonly number[];
}

/**
 * Runs an expression once on host arrays and gives host arrays back:
 * `const [c] = await evaluate(device, ([a, b]) => [matmul(a, b)], [a, b])`. Inputs of f32 require gradients, so that
 * `fn` may call `grad`. Throws what the ops throw; everything it allocates is freed.
 */
export async function evaluate(
  device: Device,
  fn: (...inputs: Tensor[]) => readonly Tensor[],
  inputs: readonly HostTensor[],
): Promise<HostTensor[]> {
  checkDevice("evaluate", device);
  checkFunction("evaluate", "the expression", fn);
  checkArray("evaluate", "the list of inputs", inputs);
  const variables = inputs.map((input, i) => {
    if (typeof input !== "object" || input === null) {
      throw new UsageError(`evaluate: input ${i} is ${shown(input)}, but must be { data, shape }`);
    }
    return new Variable(input.data, input.shape, { name: `input ${i}` });
  });
  try {
    const step = await compileOnce(device, () => named(fn(...variables)));
    try {
      step.run();
      await device.checkGuards();
      const results: HostTensor[] = [];
      for (const name of step.names) results.push({ data: await step.read(name), shape: step.shapeOf(name) });
      return results;
    } finally {
      step.destroy();
    }
  } finally {
    for (const variable of variables) variable.destroy();
  }
}

function named(results: readonly Tensor[]): Record<string, Tensor> {
  checkSynchronous("evaluate", results);
  if (!Array.isArray(results)) {
    throw new RecordingError(`evaluate: the expression returned ${shown(results)}; return an array of tensors`);
  }
  return Object.fromEntries(results.map((tensor, i) => [String(i), tensor]));
}
