import type { Outputs, Step } from "../src/autograd/compile.ts";
import type { Variable } from "../src/autograd/tensor.ts";
import type { Device } from "../src/gpu/device.ts";
import type { Contestant } from "./contestant.ts";

/** A compiled step with one result as a contestant; `check` gets the result. */
export function oursOf<O extends Outputs>(
  device: Device,
  step: Step<O>,
  inputs: readonly Variable[],
  check: (result: Float32Array) => void,
): Contestant {
  return {
    async run(times) {
      step.run(times);
      await device.settle();
    },
    async check() {
      step.run();
      check((await step.read(step.names[0]!)) as Float32Array);
    },
    dispose() {
      step.destroy();
      for (const input of inputs) input.destroy();
    },
  };
}
