import { compile } from "../../src/autograd/compile.ts";
import type { Tensor, Variable } from "../../src/autograd/tensor.ts";
import type { Device } from "../../src/gpu/device.ts";
import type { Contestant } from "../contestant.ts";
import { tuning } from "../tuning.ts";

/** A recorded computation as a contestant; `check` gets its results in order. The inputs are freed with it. */
export async function oursOp(
  device: Device,
  inputs: readonly Variable[],
  record: () => readonly Tensor[],
  check: (...results: Float32Array[]) => void,
): Promise<Contestant> {
  const named = () => Object.fromEntries(record().map((tensor, i) => [`result${i}`, tensor]));
  const step = await compile(device, named, tuning(device));
  return {
    async run(times) {
      step.run(times);
      await device.settle();
    },
    async check() {
      step.run();
      const results: Float32Array[] = [];
      for (const name of step.names) results.push((await step.read(name)) as Float32Array);
      check(...results);
    },
    dispose() {
      step.destroy();
      for (const input of inputs) input.destroy();
    },
  };
}
