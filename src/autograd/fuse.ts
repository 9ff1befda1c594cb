import type { Capabilities, Launch, Storage } from "../gpu/launch.ts";
import { elementwise, type FusedExpression, MAX_ELEMENTWISE_INPUTS } from "../kernels/elementwise/elementwise.ts";
import type { Node, Tensor } from "./tensor.ts";

/** A launch and the recorded node that it serves (for a fused kernel, the last one). */
export interface PlannedLaunch {
  readonly launch: Launch;
  readonly node: Node;
}

const MAX_FUSED_OPS = 24;

/**
 * Lowers recorded nodes to launches in order, joining what one kernel can do at once:
 * - a product (matmul, convolution) applies the activation that alone reads it;
 * - elementwise ops whose results only one other elementwise op uses are computed inside that op's kernel;
 * - constants are written into the kernels that read them.
 * Nodes that neither an output nor an update of a variable needs are left out.
 */
export function lowerNodes(
  nodes: readonly Node[],
  outputs: readonly Tensor[],
  capabilities: Capabilities,
): PlannedLaunch[] {
  const live = liveNodes(nodes, outputs);
  const pinned = new Set(outputs.map((output) => output.storage));
  const readers = readersOf(live);
  const isFree = (tensor: Tensor) => !pinned.has(tensor.storage);

  const activationOf = new Map<Node, Node>();
  const absorbed = new Set<Node>();
  for (const node of live) {
    const [output] = node.outputs;
    if (!node.withActivation || !output || !isFree(output)) continue;
    const [reader, another] = readers.get(output) ?? [];
    if (reader?.activation && !another) {
      activationOf.set(node, reader);
      absorbed.add(reader);
    }
  }

  const groups = groupElementwise(live, readers, isFree, absorbed);
  const planned: PlannedLaunch[] = [];
  for (const node of live) {
    if (absorbed.has(node)) continue;
    const activation = activationOf.get(node);
    let launches: readonly Launch[];
    if (activation) launches = node.withActivation!(activation.activation!, activation.outputs[0]!, capabilities);
    else if (node.elementwise && groups.inlined.has(node)) continue;
    else if (node.elementwise) launches = [elementwise(node.outputs[0]!, expressionOf(node, groups.inlined))];
    else launches = node.lower(capabilities);
    for (const launch of launches) {
      // A result without elements needs no dispatch.
      if (launch.workgroups.includes(0)) continue;
      planned.push({ launch, node: activation ?? node });
    }
  }
  return planned;
}

/** Nodes that the outputs or an update of a variable depend on, in order. */
function liveNodes(nodes: readonly Node[], outputs: readonly Tensor[]): Node[] {
  const live = new Set<Node>();
  const wanted = new Set(outputs.map((output) => output.node));
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i]!;
    if (!wanted.has(node) && node.writes.length === 0) continue;
    live.add(node);
    for (const input of node.inputs) wanted.add(input.node);
  }
  return nodes.filter((node) => live.has(node));
}

function readersOf(nodes: readonly Node[]): Map<Tensor, Node[]> {
  const readers = new Map<Tensor, Node[]>();
  for (const node of nodes) {
    for (const input of new Set(node.inputs)) {
      const list = readers.get(input);
      if (list) list.push(node);
      else readers.set(input, [node]);
    }
  }
  return readers;
}

interface Groups {
  /** Elementwise nodes computed inside another kernel; they get no launch of their own. */
  readonly inlined: ReadonlySet<Node>;
}

function groupElementwise(
  nodes: readonly Node[],
  readers: ReadonlyMap<Tensor, readonly Node[]>,
  isFree: (tensor: Tensor) => boolean,
  absorbed: ReadonlySet<Node>,
): Groups {
  const rootOf = new Map<Node, Node>();
  const externals = new Map<Node, Set<Tensor>>();
  const opCounts = new Map<Node, number>();
  const inlined = new Set<Node>();
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i]!;
    if (!node.elementwise || absorbed.has(node)) continue;
    const output = node.outputs[0]!;
    const users = readers.get(output) ?? [];
    const allElementwise = users.every((user) => user.elementwise && !absorbed.has(user));
    if (node.inputs.length === 0 && allElementwise && isFree(output)) {
      inlined.add(node);
      for (const user of users) externals.get(rootOf.get(user)!)?.delete(output);
      continue;
    }
    const roots = new Set(users.map((user) => rootOf.get(user)));
    const [root] = roots;
    if (roots.size === 1 && root && allElementwise && isFree(output) && output.dtype === "f32") {
      const joined = new Set([...externals.get(root)!, ...node.inputs]);
      joined.delete(output);
      const ops = opCounts.get(root)! + 1;
      const fits = joined.size <= MAX_ELEMENTWISE_INPUTS && ops <= MAX_FUSED_OPS;
      if (fits && root.outputs[0]!.size === output.size && !updatedBetween(node, root, nodes)) {
        rootOf.set(node, root);
        externals.set(root, joined);
        opCounts.set(root, ops);
        inlined.add(node);
        continue;
      }
    }
    rootOf.set(node, node);
    externals.set(node, new Set(node.inputs));
    opCounts.set(node, 1);
  }
  return { inlined };
}

/** True when a variable that `node` reads changes before `root` runs, so that reading it there would be too late. */
function updatedBetween(node: Node, root: Node, nodes: readonly Node[]): boolean {
  const read = new Set<Storage>(node.inputs.map((input) => input.storage).filter((storage) => storage.persistent));
  if (read.size === 0) return false;
  return nodes.some(
    (other) =>
      other.index > node.index &&
      other.index < root.index &&
      other.writes.some((variable) => read.has(variable.storage)),
  );
}

/** The expression of a root and everything computed inside it. */
function expressionOf(root: Node, inlined: ReadonlySet<Node>): FusedExpression {
  const inputs: Tensor[] = [];
  const lines: string[] = [];
  const ops: string[] = [];
  const names = new Map<Tensor, string>();
  const nameOf = (tensor: Tensor): string => {
    const known = names.get(tensor);
    if (known) return known;
    const maker = tensor.node;
    let name: string;
    if (maker && inlined.has(maker)) {
      const value = maker.elementwise!(...maker.inputs.map(nameOf));
      if (maker.inputs.length === 0) name = value;
      else {
        name = `t${lines.length}`;
        lines.push(`let ${name} = ${value};`);
        ops.push(maker.op);
      }
    } else {
      name = `x${inputs.length}`;
      inputs.push(tensor);
    }
    names.set(tensor, name);
    return name;
  };
  const result = root.elementwise!(...root.inputs.map(nameOf));
  ops.push(root.op);
  return { inputs, lines, result, ops };
}
