import type { Device } from "../gpu/device.ts";
import { checkFunction } from "./arguments.ts";
import { bundle } from "./bundle.ts";
import { checkDevice, checkOutputs } from "./compile_arguments.ts";
import { lowerNodes } from "./fuse.ts";
import { planMemory } from "./memory.ts";
import { recordInto } from "./record.ts";
import { type Outputs, Step } from "./step.ts";
import { Graph, Variable } from "./tensor.ts";

/**
 * Records what `fn` does, plans it and prepares every pipeline, buffer and bind group, so that {@link Step.run} only
 * replays. `fn` is called once. Throws what the ops throw, and GpuError when a kernel does not compile.
 */
export function compile<O extends Outputs>(device: Device, fn: () => O): Promise<Step<O>> {
  return prepareStep(device, fn, true);
}

/** {@link compile} with a dispatch for each kernel: for what runs once, joined kernels would only take longer to compile. */
export function compileOnce<O extends Outputs>(device: Device, fn: () => O): Promise<Step<O>> {
  return prepareStep(device, fn, false);
}

async function prepareStep<O extends Outputs>(device: Device, fn: () => O, joined: boolean): Promise<Step<O>> {
  checkDevice("compile", device);
  checkFunction("compile", "the recorded function", fn);
  const graph = new Graph();
  const outputs = recordInto(graph, fn);
  checkOutputs(outputs, graph);
  const results = Object.values(outputs);
  const planned = lowerNodes(graph.nodes, results, device.capabilities);
  const variables = new Set<Variable>();
  for (const node of graph.nodes) {
    for (const tensor of [...node.inputs, ...node.writes]) if (tensor instanceof Variable) variables.add(tensor);
  }
  for (const result of results) if (result instanceof Variable) variables.add(result);
  const pinned = new Set(results.map((result) => result.storage));
  const dispatches = bundle(planned, joined ? device.gpu.limits.maxStorageBuffersPerShaderStage : 0);
  const memory = planMemory(dispatches, pinned, { share: !device.guarded });
  return Step.prepare(device, outputs, dispatches, memory, variables);
}
