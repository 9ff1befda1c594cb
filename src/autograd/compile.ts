import { UsageError } from "../errors.ts";
import type { Device } from "../gpu/device.ts";
import { checkFunction, checkOptions, shown } from "./arguments.ts";
import { bundle } from "./bundle.ts";
import { checkDevice, checkOutputs } from "./compile_arguments.ts";
import { type Lowered, lowerNodes } from "./fuse.ts";
import { placeParts } from "./gather_parts.ts";
import { planMemory } from "./memory.ts";
import { recordInto } from "./record.ts";
import { type Outputs, Step } from "./step.ts";
import { Graph, Variable } from "./tensor.ts";
import { Tuner } from "./tuner.ts";

/** Options of {@link compile}. */
export interface CompileOptions {
  /** Chooses kernels by measuring them; without one each kernel's usual choice is taken. */
  readonly tuner?: Tuner;
}

/**
 * Records what `fn` does, plans it and prepares every pipeline, buffer and bind group, so that {@link Step.run} only
 * replays. `fn` is called once. Throws what the ops throw, and GpuError when a kernel does not compile.
 */
export async function compile<O extends Outputs>(
  device: Device,
  fn: () => O,
  options: CompileOptions = {},
): Promise<Step<O>> {
  checkOptions<CompileOptions>("compile", options, ["tuner"]);
  const { tuner } = options;
  if (tuner !== undefined && !(tuner instanceof Tuner)) {
    throw new UsageError(`compile: the tuner is ${shown(tuner)}; give a new Tuner()`);
  }
  return prepareStep(device, fn, true, tuner);
}

/** {@link compile} with a dispatch for each kernel: for what runs once, joined kernels would only take longer to compile. */
export function compileOnce<O extends Outputs>(device: Device, fn: () => O): Promise<Step<O>> {
  return prepareStep(device, fn, false);
}

async function prepareStep<O extends Outputs>(
  device: Device,
  fn: () => O,
  joined: boolean,
  tuner?: Tuner,
): Promise<Step<O>> {
  checkDevice("compile", device);
  checkFunction("compile", "the recorded function", fn);
  const graph = new Graph();
  const outputs = recordInto(graph, fn);
  checkOutputs(outputs, graph);
  const results = Object.values(outputs);
  const lower = (tuned?: Tuner): Lowered[] =>
    lowerNodes(graph.nodes, results, {
      ...device.capabilities,
      ...(tuned ? { choose: (choice) => tuned.choose(choice) } : {}),
    });
  let lowered = lower(tuner);
  if (tuner && (await tuner.measure(device))) lowered = lower(tuner);
  const variables = new Set<Variable>();
  for (const node of graph.nodes) {
    for (const tensor of [...node.inputs, ...node.writes]) if (tensor instanceof Variable) variables.add(tensor);
  }
  for (const result of results) if (result instanceof Variable) variables.add(result);
  const pinned = new Set(results.map((result) => result.storage));
  const planned = placeParts(lowered, pinned);
  const dispatches = bundle(planned, joined ? device.gpu.limits.maxStorageBuffersPerShaderStage : 0);
  const memory = planMemory(dispatches, pinned, { share: !device.guarded });
  return Step.prepare(device, outputs, dispatches, memory, variables);
}
