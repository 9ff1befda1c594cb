import { RecordingError, UsageError } from "../errors.ts";
import { Device } from "../gpu/device.ts";
import { shown } from "./arguments.ts";
import { checkGraph, checkSynchronous } from "./record.ts";
import { type Graph, Tensor } from "./tensor.ts";

/** Throws UsageError unless `device` is an opened one: openDevice gives a promise of it. */
export function checkDevice(op: string, device: Device): void {
  if (!(device instanceof Device)) {
    throw new UsageError(`${op}: the device is ${shown(device)}; give what openDevice() resolves to`);
  }
  device.check();
}

/** Throws RecordingError unless `outputs` are tensors by name that were recorded here. */
export function checkOutputs(outputs: Readonly<Record<string, Tensor>>, graph: Graph): void {
  checkSynchronous("compile", outputs);
  if (typeof outputs !== "object" || outputs === null || outputs instanceof Tensor) {
    throw new RecordingError(
      `compile: the recorded function returned ${shown(outputs)}; return an object of named tensors such as { loss }`,
    );
  }
  for (const [name, output] of Object.entries(outputs)) {
    if (!(output instanceof Tensor)) {
      throw new RecordingError(
        `compile: the result "${name}" is not a tensor but ${shown(output)}; return tensors or leave it out`,
      );
    }
    checkGraph("compile", `result "${name}"`, output, graph);
  }
}
