import { ShapeError } from "../../errors.ts";
import { sizeOf } from "../../gpu/launch.ts";
import { reduce as launchReduce, type ReduceKind } from "../../kernels/reduce/reduce.ts";
import { checkFlag } from "../arguments.ts";
import { recordOne } from "../record.ts";
import type { Tensor } from "../tensor.ts";
import { requireF32 } from "../tensor_arguments.ts";
import { div, elementwiseOp, mul } from "./elementwise.ts";
import { reshape } from "./reshape.ts";
import { expand, normalizeAxes, reducedShape, sum } from "./sum.ts";

/** Records a reduction; `gradient` gets the gradient and the result with the reduced axes at size 1. */
function reduction(
  kind: ReduceKind,
  x: Tensor,
  axes: readonly number[] | undefined,
  keepDims: boolean,
  gradient: (g: Tensor, y: Tensor, over: readonly number[]) => Tensor,
): Tensor {
  requireF32(kind, x);
  checkFlag(kind, "keepDims", keepDims);
  const over = normalizeAxes(kind, x, axes);
  const kept = reducedShape(x.shape, over);
  if ((kind === "max" || kind === "min") && x.size === 0 && sizeOf(kept) > 0) {
    throw new ShapeError(`${kind}: ${x} has no elements along axes [${over.join(", ")}]; each must have at least one`);
  }
  const y: Tensor = recordOne({
    op: kind,
    inputs: [x],
    shape: kept,
    dtype: "f32",
    lower: (out, capabilities) => launchReduce(kind, x, over, out, capabilities),
    vjp: ([g]) => [gradient(g!, y, over)],
  });
  const rest = x.shape.filter((_, axis) => !over.includes(axis));
  return keepDims ? y : reshape(y, rest);
}

/**
 * Mean of f32 over `axes` (all when absent), which vanish unless `keepDims`; NaN of no elements. Gradient: g /
 * elements, repeated. Throws DTypeError, and ShapeError for an axis that x lacks.
 */
export function mean(x: Tensor, axes?: readonly number[], keepDims = false): Tensor {
  return reduction("mean", x, axes, keepDims, (g, _, over) => {
    const elements = sizeOf(over.map((axis) => x.shape[axis]!));
    // Without elements there is nothing to give a gradient to.
    return mul(expand(g, x.shape), 1 / Math.max(1, elements));
  });
}

/** Gradient of max and min: g shared evenly among the elements that equal the result, as PyTorch's amax. */
function share(op: string, x: Tensor, g: Tensor, y: Tensor, over: readonly number[]): Tensor {
  const ties = elementwiseOp(`${op}Ties`, [x, y], { rule: (a, b) => `select(T(0.0), T(1.0), ${a} == ${b})` });
  return mul(ties, div(g, sum(ties, over, true)));
}

/**
 * Largest element, f32, over `axes` (all when absent), which vanish unless `keepDims`; NaN where there is one. Throws
 * DTypeError, and ShapeError when there are no elements to choose from. Gradient: g shared evenly among ties; NaN where
 * the result is.
 */
export function max(x: Tensor, axes?: readonly number[], keepDims = false): Tensor {
  return reduction("max", x, axes, keepDims, (g, y, over) => share("max", x, g, y, over));
}

/** Smallest element, f32, over `axes`; shape, NaN, gradient and errors as {@link max}. */
export function min(x: Tensor, axes?: readonly number[], keepDims = false): Tensor {
  return reduction("min", x, axes, keepDims, (g, y, over) => share("min", x, g, y, over));
}
