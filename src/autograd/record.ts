import { DTypeError, RecordingError } from "../errors.ts";
import { type Capabilities, type Launch, Storage, sizeOf } from "../gpu/launch.ts";
import type { RuleExtras } from "../kernels/elementwise/expression.ts";
import { checkFunction, checkShape, shown } from "./arguments.ts";
import {
  type ElementwiseRule,
  type Gathering,
  type Graph,
  type Node,
  type SignRule,
  Tensor,
  type TensorSpec,
  Variable,
} from "./tensor.ts";

/** How ops add nodes to the graph of the function that is being recorded. */

let current: Graph | undefined;

/** The graph that ops record into. Throws RecordingError outside `compile` and `evaluate`. */
export function currentGraph(op: string): Graph {
  if (!current)
    throw new RecordingError(`${op}: ops are recorded, not run at once; call it inside compile() or evaluate()`);
  return current;
}

/** Runs `fn` while ops record into `graph`. */
export function recordInto<R>(graph: Graph, fn: () => R): R {
  const outer = current;
  current = graph;
  try {
    return fn();
  } finally {
    current = outer;
  }
}

/** Throws RecordingError for what an async function returns: its later ops would be recorded nowhere. */
export function checkSynchronous(op: string, result: unknown): void {
  if (!(result instanceof Promise)) return;
  result.catch(() => undefined);
  throw new RecordingError(`${op}: the recorded function is async; ops only record, so make it a plain function`);
}

/** Runs `fn` with ops recorded without gradient rules: what it makes is constant to {@link grad}. Throws UsageError, RecordingError. */
export function noGrad<R>(fn: () => R): R {
  const graph = currentGraph("noGrad");
  checkFunction("noGrad", "the argument", fn);
  const outer = graph.gradEnabled;
  graph.gradEnabled = false;
  try {
    const result = fn();
    checkSynchronous("noGrad", result);
    return result;
  } finally {
    graph.gradEnabled = outer;
  }
}

/**
 * Runs `fn` with its ops marked as belonging to `name` (a layer, a loss), within the scope that is open already. Outside a recording it
 * marks nothing, so that the first op says what is wrong.
 */
export function inScope<R>(name: string, fn: () => R): R {
  const graph = current;
  if (!graph) return fn();
  return marked({ scope: graph.scope === "" ? name : `${graph.scope}.${name}`, backward: graph.backward }, fn);
}

/** Runs `fn` with its ops marked as `mark` says. */
export function marked<R>(mark: Pick<Node, "scope" | "backward">, fn: () => R): R {
  const graph = currentGraph("marked");
  const { scope, backward } = graph;
  Object.assign(graph, { scope: mark.scope, backward: mark.backward });
  try {
    return fn();
  } finally {
    Object.assign(graph, { scope, backward });
  }
}

/** Throws DTypeError unless `value` is a tensor, RecordingError unless it belongs to the current recording. */
export function checkTensor(op: string, value: unknown, name = "input"): asserts value is Tensor {
  if (!(value instanceof Tensor)) {
    throw new DTypeError(`${op}: needs a tensor, but got ${shown(value)}; wrap host data in a Variable`);
  }
  checkGraph(op, name, value, currentGraph(op));
}

/** Throws RecordingError if `tensor` was recorded into another graph than this one. */
export function checkGraph(op: string, name: string, tensor: Tensor, graph: Graph): void {
  if (!tensor.graph || tensor.graph === graph) return;
  throw new RecordingError(
    `${op}: the ${name} ${tensor} was recorded in another step; pass values from step to step in a Variable`,
  );
}

/** What an op hands to {@link record}. */
export interface NodeSpec extends Pick<Node, "op" | "inputs"> {
  readonly outputs: readonly TensorSpec[];
  /** Set for views: the tensor whose storage the only output shares. */
  readonly alias?: Tensor;
  readonly lower: (outputs: readonly Tensor[], capabilities: Capabilities) => readonly Launch[];
  readonly vjp?: Node["vjp"];
  readonly elementwise?: ElementwiseRule;
  readonly extras?: RuleExtras;
  readonly withEpilogue?: Node["withEpilogue"];
  readonly gathers?: Gathering | ((output: Storage) => Gathering);
  readonly writes?: readonly Variable[];
}

/** Adds a node to the current graph and returns its outputs. Shapes must have been validated by the op. */
export function record(spec: NodeSpec): Tensor[] {
  const graph = currentGraph(spec.op);
  for (const input of spec.inputs) {
    checkTensor(spec.op, input);
    const written = spec.writes?.find((variable) => variable.storage === input.storage);
    if (written) {
      throw new RecordingError(
        `${spec.op}: ${written.name} is read and written at once, which one kernel cannot do; compute a new tensor first`,
      );
    }
  }
  const requiresGrad = graph.gradEnabled && spec.vjp !== undefined && spec.inputs.some((input) => input.requiresGrad);
  const outputs = spec.outputs.map(({ shape, dtype }) => {
    checkShape(spec.op, shape);
    const storage = spec.alias?.storage ?? new Storage(sizeOf(shape) * 4, spec.op);
    return new Tensor(storage, [...shape], dtype, requiresGrad && dtype === "f32", graph);
  });
  const { inputs, gathers, writes = [] } = spec;
  const node: Node = {
    op: spec.op,
    inputs,
    outputs,
    lower: (capabilities) => spec.lower(outputs, capabilities),
    ...(requiresGrad && spec.vjp ? { vjp: spec.vjp } : {}),
    ...(spec.elementwise ? { elementwise: spec.elementwise } : {}),
    ...(spec.extras ? { extras: spec.extras } : {}),
    ...(spec.withEpilogue ? { withEpilogue: spec.withEpilogue } : {}),
    ...(gathers ? { gathers: typeof gathers === "function" ? gathers(outputs[0]!.storage) : gathers } : {}),
    writes,
    index: graph.nodes.length,
    scope: graph.scope,
    backward: graph.backward,
    versions: inputs.map((input) => (input instanceof Variable ? input.version : 0)),
  };
  for (const output of outputs) output.node = node;
  for (const variable of writes) variable.version++;
  graph.nodes.push(node);
  return outputs;
}

/** Marks a gradient just recorded as one that sign rules commute with. */
export function commuting(gradient: Tensor, commute: (rule: SignRule) => Tensor): Tensor {
  gradient.node!.commute = commute;
  return gradient;
}

/** {@link record} for the common op with one output. */
export function recordOne(
  spec: Omit<NodeSpec, "outputs" | "lower"> &
    TensorSpec & { lower: (output: Tensor, capabilities: Capabilities) => readonly Launch[] },
): Tensor {
  const { shape, dtype, lower, ...rest } = spec;
  return record({
    ...rest,
    outputs: [{ shape, dtype }],
    lower: ([output], capabilities) => lower(output!, capabilities),
  })[0]!;
}
