import { ShapeError } from "../../errors.ts";
import { elementwise as launchElementwise } from "../../kernels/elementwise/elementwise.ts";
import { reduce as launchReduce } from "../../kernels/reduce/reduce.ts";
import { denseSteps, strided } from "../../kernels/strided/strided.ts";
import { checkFlag, checkShape, shown } from "../arguments.ts";
import { checkTensor, recordOne } from "../record.ts";
import type { Tensor } from "../tensor.ts";
import { requireF32 } from "../tensor_arguments.ts";
import { reshape } from "./reshape.ts";

/** Axes as sorted numbers from 0; all of them when none are given. Negative ones count from the end. */
export function normalizeAxes(op: string, x: Tensor, axes: readonly number[] | undefined): number[] {
  checkTensor(op, x);
  if (axes !== undefined && !Array.isArray(axes)) {
    throw new ShapeError(`${op}: axes must be an array such as [0, 1], but it is ${shown(axes)}`);
  }
  const chosen = axes ? [...axes] : x.shape.map((_, axis) => axis);
  const normal = chosen.map((axis) => (axis < 0 ? axis + x.rank : axis));
  if (
    normal.some((axis) => !Number.isInteger(axis) || axis < 0 || axis >= x.rank) ||
    new Set(normal).size !== normal.length
  ) {
    throw new ShapeError(
      `${op}: axes ${shown(chosen)} do not fit ${x}: each must be a distinct whole number from ${-x.rank} to ${x.rank - 1}`,
    );
  }
  return normal.sort((a, b) => a - b);
}

/** The shape after reducing `axes`, which become 1. */
export function reducedShape(shape: readonly number[], axes: readonly number[]): number[] {
  return shape.map((n, axis) => (axes.includes(axis) ? 1 : n));
}

/**
 * Sum of f32 over `axes` (all when absent), which vanish unless `keepDims`. Gradient: g repeated along them.
 * Throws DTypeError, and ShapeError for an axis that x lacks.
 */
export function sum(x: Tensor, axes?: readonly number[], keepDims = false): Tensor {
  requireF32("sum", x);
  checkFlag("sum", "keepDims", keepDims);
  const over = normalizeAxes("sum", x, axes);
  const kept = reducedShape(x.shape, over);
  const reduced = recordOne({
    op: "sum",
    inputs: [x],
    shape: kept,
    dtype: "f32",
    lower: (out, capabilities) => launchReduce("sum", x, over, out, capabilities),
    vjp: ([g]) => [expand(g!, x.shape)],
  });
  return keepDims
    ? reduced
    : reshape(
        reduced,
        x.shape.filter((_, axis) => !over.includes(axis)),
      );
}

/** Steps through an array of `shape` for each axis of the larger one: 0 along repeated axes. */
function broadcastSteps(shape: readonly number[], larger: readonly number[]): number[] {
  const lead = larger.length - shape.length;
  const own = denseSteps(shape);
  return larger.map((_, axis) => (axis < lead || shape[axis - lead] === 1 ? 0 : own[axis - lead]!));
}

/**
 * `x`, of any type, repeated to `shape` along its axes of size 1 and along new leading axes. Gradient: g summed over those.
 * Throws ShapeError where another size would have to change.
 */
export function expand(x: Tensor, shape: readonly number[]): Tensor {
  checkTensor("expand", x);
  checkShape("expand", shape);
  const lead = shape.length - x.rank;
  if (lead < 0 || x.shape.some((n, axis) => n !== 1 && n !== shape[axis + lead])) {
    throw new ShapeError(
      `expand: ${x} does not fit [${shape.join(", ")}]: each size must be 1 or equal, aligned at the last axis`,
    );
  }
  return recordOne({
    op: "expand",
    inputs: [x],
    shape,
    dtype: x.dtype,
    // Elementwise kernels compute in f32, which does not hold every integer: those are copied.
    lower: (out) =>
      x.dtype === "f32"
        ? [launchElementwise(out, { inputs: [x], lines: [], result: "x0", ops: ["expand"] })]
        : [strided("expand", x, out, 0, broadcastSteps(x.shape, shape))],
    vjp: ([g]) => {
      const axes = shape
        .map((_, axis) => axis)
        .filter((axis) => axis < lead || (x.shape[axis - lead] === 1 && shape[axis] !== 1));
      return [reshape(axes.length > 0 ? sum(g!, axes) : g!, x.shape)];
    },
    ...(x.dtype === "f32" ? { elementwise: (v: string) => v } : {}),
  });
}
