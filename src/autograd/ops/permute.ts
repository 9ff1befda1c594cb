import { ShapeError } from "../../errors.ts";
import { denseSteps, MAX_STRIDED_AXES, strided } from "../../kernels/strided/strided.ts";
import { shown } from "../arguments.ts";
import { checkTensor, recordOne } from "../record.ts";
import type { Tensor } from "../tensor.ts";
import { reshape } from "./reshape.ts";
import { normalizeAxes } from "./sum.ts";

/**
 * x with its axes in another order: axis k of the result is axis `axes[k]` of x (negative ones count from the end).
 * Elements of any type. Gradient: g with its axes back in order. Throws ShapeError unless every axis is named once.
 */
export function permute(x: Tensor, axes: readonly number[]): Tensor {
  normalizeAxes("permute", x, axes);
  if (axes?.length !== x.rank || x.rank > MAX_STRIDED_AXES) {
    throw new ShapeError(
      `permute: axes ${shown(axes)} must name each axis of ${x} once, of at most ${MAX_STRIDED_AXES} axes`,
    );
  }
  const order = axes.map((axis) => (axis < 0 ? axis + x.rank : axis));
  const shape = order.map((axis) => x.shape[axis]!);
  // Moving axes of size 1 moves no element.
  const long = order.filter((axis) => x.shape[axis] !== 1);
  if (long.every((axis, k) => k === 0 || axis > long[k - 1]!)) return reshape(x, shape);
  const steps = denseSteps(x.shape);
  return recordOne({
    op: "permute",
    inputs: [x],
    shape,
    dtype: x.dtype,
    lower: (out) => {
      const moved = order.map((axis) => steps[axis]!);
      return [strided("permute", x, out, 0, moved)];
    },
    vjp: ([g]) => [
      permute(
        g!,
        x.shape.map((_, axis) => order.indexOf(axis)),
      ),
    ],
  });
}

/** x with two axes exchanged, the last two unless told otherwise; types, gradient and errors as {@link permute}. */
export function transpose(x: Tensor, axisA = -2, axisB = -1): Tensor {
  checkTensor("transpose", x);
  const axes = x.shape.map((_, axis) => axis);
  const [a, b] = [axisA, axisB].map((axis) => {
    const [from0] = normalizeAxes("transpose", x, [axis]);
    return from0!;
  }) as [number, number];
  [axes[a], axes[b]] = [axes[b]!, axes[a]!];
  return permute(x, axes);
}
