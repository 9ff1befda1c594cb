import type { Device } from "../gpu/device.ts";
import { compile } from "./compile.ts";
import type { HostArray } from "./host_array.ts";
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
  const variables = inputs.map(({ data, shape }, i) => new Variable(data, shape, { name: `input ${i}` }));
  try {
    const step = await compile(device, () =>
      Object.fromEntries(fn(...variables).map((tensor, i) => [String(i), tensor])),
    );
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
