import { DTypeError, RecordingError, ShapeError, UsageError } from "../errors.ts";
import { checkArray } from "./arguments.ts";
import { add, full } from "./ops/elementwise.ts";
import { checkTensor, currentGraph, marked } from "./record.ts";
import { type Node, type Tensor, Variable } from "./tensor.ts";

/**
 * Reverse-mode differentiation: the gradients of `loss` (one element, f32) with respect to each tensor of `wrt`, recorded
 * as further ops. A tensor that the loss does not depend on gets zeros.
 * Throws ShapeError when the loss has several elements and no `seed` (the gradient arriving at it) is given, UsageError
 * when the loss or a tensor of `wrt` does not require a gradient or is listed twice, and RecordingError when a variable
 * was updated in place between its use and this call.
 */
export function grad(loss: Tensor, wrt: readonly Tensor[], seed?: Tensor): Tensor[] {
  const graph = currentGraph("grad");
  checkArguments(loss, wrt, seed);
  if (!seed && loss.size !== 1) {
    throw new ShapeError(
      `grad: the loss must have one element, but it is ${loss}; reduce it (sum, mean) or give a seed`,
    );
  }
  if (seed && seed.shape.join() !== loss.shape.join()) {
    throw new ShapeError(`grad: the seed is ${seed}, but the loss is ${loss}; both need the same shape`);
  }
  const needed = nodesBetween(wrt, graph.nodes);
  const gradients = new Map<Tensor, Tensor>();
  const ones = () => marked({ scope: loss.node?.scope ?? "", backward: true }, () => full(loss.shape, 1));
  gradients.set(loss, seed ?? ones());
  const last = loss.node?.index ?? -1;
  for (let i = last; i >= 0; i--) {
    const node = graph.nodes[i]!;
    if (!node.vjp || !needed.has(node) || !node.outputs.some((output) => gradients.has(output))) continue;
    checkVersions(node);
    const needs = node.inputs.map((input) => input.requiresGrad && isNeeded(input, needed, wrt));
    marked({ scope: node.scope, backward: true }, () => {
      const inputGrads = node.vjp!(
        node.outputs.map((output) => gradients.get(output)),
        needs,
      );
      node.inputs.forEach((input, k) => {
        const arriving = inputGrads[k];
        if (!arriving || !needs[k]) return;
        const earlier = gradients.get(input);
        gradients.set(input, earlier ? add(earlier, arriving) : arriving);
      });
    });
  }
  return wrt.map((tensor) => gradients.get(tensor) ?? full(tensor.shape, 0));
}

function checkArguments(loss: Tensor, wrt: readonly Tensor[], seed: Tensor | undefined): void {
  checkArray("grad", "the list of tensors", wrt);
  const named: readonly (readonly [string, Tensor])[] = [
    ["loss", loss],
    ...wrt.map((tensor) => ["tensor", tensor] as const),
    ...(seed === undefined ? [] : [["seed", seed] as const]),
  ];
  for (const [name, tensor] of named) {
    checkTensor("grad", tensor, name);
    if (tensor.dtype !== "f32") {
      throw new DTypeError(`grad: the ${name} is ${tensor}, but gradients need f32; leave integers out`);
    }
    if (!tensor.requiresGrad && tensor !== seed) {
      throw new UsageError(
        `grad: the ${name} ${tensor} has no gradient: it comes from detach, noGrad, an op without gradient, or a variable ` +
          "made without requiresGrad",
      );
    }
  }
  if (new Set(wrt).size !== wrt.length) {
    throw new UsageError("grad: a tensor is listed twice; list each once and use its gradient as often as needed");
  }
}

/** Nodes with an input that is in `wrt` or is made by such a node. */
function nodesBetween(wrt: readonly Tensor[], nodes: readonly Node[]): Set<Node> {
  const wanted = new Set(wrt);
  const needed = new Set<Node>();
  for (const node of nodes) {
    if (node.inputs.some((input) => wanted.has(input) || (input.node && needed.has(input.node)))) needed.add(node);
  }
  return needed;
}

function isNeeded(input: Tensor, needed: ReadonlySet<Node>, wrt: readonly Tensor[]): boolean {
  return wrt.includes(input) || (input.node !== undefined && needed.has(input.node));
}

function checkVersions(node: Node): void {
  node.inputs.forEach((input, k) => {
    if (input instanceof Variable && input.version !== node.versions[k]) {
      throw new RecordingError(
        `grad: ${input.name}, an input of ${node.op}, was updated in place after that op was recorded; ` +
          "call grad before the update (optimizer.step, assign)",
      );
    }
  });
}
