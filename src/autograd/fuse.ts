import type { Capabilities, Launch, Storage } from "../gpu/launch.ts";
import { elementwise, isSame, MAX_ELEMENTWISE_INPUTS, MAX_WORDS } from "../kernels/elementwise/elementwise.ts";
import type { FusedExpression, RuleExtras } from "../kernels/elementwise/expression.ts";
import type { Epilogue } from "../kernels/epilogue.ts";
import type { Node, Tensor } from "./tensor.ts";

/** A recorded node (for a fused kernel, the last one), the product that computes it in its epilogue, and its launches. */
export interface Lowered {
  readonly node: Node;
  readonly product?: Node | undefined;
  readonly launches: readonly Launch[];
}

const MAX_FUSED_OPS = 24;
/** Other inputs of a product's epilogue: with the product's own three and a bias, the eight storages that WebGPU promises. */
const MAX_EPILOGUE_INPUTS = 4;

/**
 * Lowers recorded nodes to launches in order, joining what one kernel can do at once:
 * - elementwise ops whose results only one other elementwise op uses are computed inside that op's kernel;
 * - a product (matmul, convolution) computes the elementwise ops that alone read its result before it stores it;
 * - constants are written into the kernels that read them.
 * Nodes that neither an output nor an update of a variable needs are left out.
 */
export function lowerNodes(nodes: readonly Node[], outputs: readonly Tensor[], capabilities: Capabilities): Lowered[] {
  const live = liveNodes(nodes, outputs);
  const pinned = new Set(outputs.map((output) => output.storage));
  const readers = readersOf(live);
  const isFree = (tensor: Tensor) => !pinned.has(tensor.storage);

  const inlined = groupElementwise(live, readers, isFree);
  const absorbed = new Set<Node>();
  const epilogues = new Map<Node, { readonly product: Node; readonly epilogue: Epilogue }>();
  for (const root of live) {
    if (!root.elementwise || inlined.has(root)) continue;
    const fused = expressionOf(root, inlined);
    const found = productFor(root, fused, live, absorbed, isFree);
    if (!found) continue;
    epilogues.set(root, { product: found.product, epilogue: { expression: fused.expression, value: found.value } });
    absorbed.add(found.product);
  }

  const lowered: Lowered[] = [];
  for (const node of live) {
    if (absorbed.has(node) || inlined.has(node)) continue;
    const taken = epilogues.get(node);
    let launches: readonly Launch[];
    if (taken) launches = taken.product.withEpilogue!(taken.epilogue, node.outputs[0]!, capabilities);
    else if (node.elementwise) launches = [elementwise(node.outputs[0]!, expressionOf(node, inlined).expression)];
    else launches = node.lower(capabilities);
    // A result without elements needs no dispatch.
    lowered.push({
      node,
      product: taken?.product,
      launches: launches.filter(({ workgroups }) => !workgroups.includes(0)),
    });
  }
  return lowered;
}

/**
 * The product that can compute a fused expression before it stores its result: one of the expression's inputs that nothing else reads,
 * all others having the result's elements in the result's order.
 */
function productFor(
  root: Node,
  { expression, members }: Fused,
  live: readonly Node[],
  absorbed: ReadonlySet<Node>,
  isFree: (tensor: Tensor) => boolean,
): { readonly product: Node; readonly value: number } | undefined {
  const [output] = root.outputs;
  const { inputs, whole } = expression;
  const suits = (input: Tensor, k: number) =>
    whole?.has(k) || (input.dtype === "f32" && isSame(input.shape, output!.shape));
  if (inputs.length - 1 > MAX_EPILOGUE_INPUTS || output!.dtype !== "f32" || !(inputs as Tensor[]).every(suits))
    return undefined;
  for (const [value, input] of (inputs as Tensor[]).entries()) {
    if (whole?.has(value)) continue;
    const product = makerOf(input);
    if (!product?.withEpilogue || absorbed.has(product) || !isFree(input)) continue;
    const others = live.filter((node) => !isView(node) && node.inputs.some(({ storage }) => storage === input.storage));
    if (!others.every((node) => members.has(node)) || updatedBetween(product, root, live)) continue;
    return { product, value };
  }
  return undefined;
}

/** A node that only gives a tensor another shape. */
function isView({ inputs, outputs }: Node): boolean {
  return outputs.length === 1 && inputs.length === 1 && outputs[0]!.storage === inputs[0]!.storage;
}

/** The node that computes a tensor, behind all views. */
function makerOf(tensor: Tensor): Node | undefined {
  const { node } = tensor;
  return node && isView(node) ? makerOf(node.inputs[0]!) : node;
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

/** Elementwise nodes that are computed inside another one's kernel and get no launch of their own. */
function groupElementwise(
  nodes: readonly Node[],
  readers: ReadonlyMap<Tensor, readonly Node[]>,
  isFree: (tensor: Tensor) => boolean,
): Set<Node> {
  const rootOf = new Map<Node, Node>();
  const externals = new Map<Node, Set<Tensor>>();
  const counts = new Map<Node, { ops: number; words: number }>();
  const inlined = new Set<Node>();
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i]!;
    if (!node.elementwise) continue;
    const output = node.outputs[0]!;
    const users = readers.get(output) ?? [];
    const allElementwise = users.every((user) => user.elementwise);
    if (node.inputs.length === 0 && allElementwise && isFree(output)) {
      inlined.add(node);
      for (const user of users) externals.get(rootOf.get(user)!)?.delete(output);
      continue;
    }
    const own = { ops: 1, words: node.extras ? 1 : 0 };
    const roots = new Set(users.map((user) => rootOf.get(user)));
    const [root] = roots;
    if (roots.size === 1 && root && allElementwise && isFree(output) && output.dtype === "f32") {
      const joined = new Set([...externals.get(root)!, ...node.inputs]);
      joined.delete(output);
      const sofar = counts.get(root)!;
      const ops = sofar.ops + own.ops;
      const words = sofar.words + own.words;
      const fits = joined.size <= MAX_ELEMENTWISE_INPUTS && ops <= MAX_FUSED_OPS && words <= MAX_WORDS;
      if (fits && root.outputs[0]!.size === output.size && !updatedBetween(node, root, nodes)) {
        rootOf.set(node, root);
        externals.set(root, joined);
        counts.set(root, { ops, words });
        inlined.add(node);
        continue;
      }
    }
    rootOf.set(node, node);
    externals.set(node, new Set(node.inputs));
    counts.set(node, own);
  }
  return inlined;
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

interface Fused {
  readonly expression: FusedExpression;
  /** The root and the nodes computed inside it. */
  readonly members: ReadonlySet<Node>;
}

/** The expression of a root and everything computed inside it. */
function expressionOf(root: Node, inlined: ReadonlySet<Node>): Fused {
  const inputs: Tensor[] = [];
  const whole = new Set<number>();
  const lines: string[] = [];
  const ops: string[] = [];
  const words: (readonly number[])[] = [];
  const functions = new Set<RuleExtras["functions"]>();
  const members = new Set<Node>();
  const names = new Map<Tensor, string>();
  const wholeNames = new Map<Tensor, string>();
  const wholeNameOf = (tensor: Tensor): string => {
    const name = wholeNames.get(tensor) ?? `in${inputs.length}`;
    if (!wholeNames.has(tensor)) {
      whole.add(inputs.length);
      inputs.push(tensor);
    }
    wholeNames.set(tensor, name);
    return name;
  };
  const textOf = (node: Node): string => {
    members.add(node);
    const { extras } = node;
    const args = node.inputs.map((input, k) => (extras?.whole.includes(k) ? wholeNameOf(input) : nameOf(input)));
    if (extras) {
      args.push("at", `params.words[${words.length}]`);
      words.push(extras.words);
      functions.add(extras.functions);
    }
    return node.elementwise!(...args);
  };
  const nameOf = (tensor: Tensor): string => {
    const known = names.get(tensor);
    if (known) return known;
    const maker = tensor.node;
    let name: string;
    if (maker && inlined.has(maker)) {
      const value = textOf(maker);
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
  const result = textOf(root);
  ops.push(root.op);
  return { expression: { inputs, whole, lines, result, ops, words, functions: [...functions] }, members };
}
