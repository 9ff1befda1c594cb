import { ShapeError } from "../../errors.ts";
import { denseSteps, sliceGrad as launchGrad, MAX_STRIDED_AXES, strided } from "../../kernels/strided/strided.ts";
import { checkArray, shown } from "../arguments.ts";
import { checkTensor, recordOne } from "../record.ts";
import type { Tensor } from "../tensor.ts";

/**
 * Part of x: `sizes[axis]` elements along each axis, from `starts[axis]` in steps of `strides[axis]` (1 unless given).
 * Elements of any type. Gradient: g where an element was taken, 0 elsewhere.
 * Throws ShapeError where the part is not inside x, or a stride is not positive.
 */
export function slice(
  x: Tensor,
  starts: readonly number[],
  sizes: readonly number[],
  strides: readonly number[] = Array.isArray(starts) ? starts.map(() => 1) : [],
): Tensor {
  check(x, starts, sizes, strides);
  const columns = x.rank === 2 && sizes[0] === x.shape[0] && strides[1] === 1 ? x.node?.columns : undefined;
  return columns ? columns(starts[1]!, sizes[1]!) : copySlice(x, starts, sizes, strides);
}

/** {@link slice} as a copy, its arguments checked. */
export function copySlice(
  x: Tensor,
  starts: readonly number[],
  sizes: readonly number[],
  strides: readonly number[] = x.shape.map(() => 1),
): Tensor {
  const steps = denseSteps(x.shape);
  const offset = starts.reduce((total, start, axis) => total + start * steps[axis]!, 0);
  return recordOne({
    op: "slice",
    inputs: [x],
    shape: sizes,
    dtype: x.dtype,
    lower: (out) => {
      const wide = steps.map((step, axis) => step * strides[axis]!);
      return [strided("slice", x, out, offset, wide)];
    },
    vjp: ([g]) => [sliceGrad(g!, x.shape, starts, sizes, strides)],
  });
}

/** g where a slice of a tensor of `shape` took an element, 0 elsewhere. */
export function sliceGrad(
  g: Tensor,
  shape: readonly number[],
  starts: readonly number[],
  sizes: readonly number[],
  strides: readonly number[] = shape.map(() => 1),
): Tensor {
  const slices = shape.map((_, axis) => ({ start: starts[axis]!, size: sizes[axis]!, stride: strides[axis]! }));
  return recordOne({
    op: "sliceGrad",
    inputs: [g],
    shape,
    dtype: "f32",
    lower: (dx) => [launchGrad(g, dx, slices)],
  });
}

function check(x: Tensor, starts: readonly number[], sizes: readonly number[], strides: readonly number[]): void {
  checkTensor("slice", x);
  for (const [name, list] of Object.entries({ starts, sizes, strides })) checkArray("slice", name, list);
  const lists = `starts ${shown(starts)}, sizes ${shown(sizes)}, strides ${shown(strides)}`;
  if ([starts, sizes, strides].some((list) => list.length !== x.rank) || x.rank > MAX_STRIDED_AXES) {
    throw new ShapeError(
      `slice: ${lists} do not fit ${x}: each needs one number per axis, of at most ${MAX_STRIDED_AXES} axes`,
    );
  }
  x.shape.forEach((n, axis) => {
    const [start, size, stride] = [starts[axis]!, sizes[axis]!, strides[axis]!];
    const last = start + Math.max(0, size - 1) * stride + Math.min(1, size);
    if (![start, size, stride].every(Number.isInteger) || start < 0 || size < 0 || stride < 1 || last > n) {
      throw new ShapeError(
        `slice: ${lists} leave ${x} along axis ${axis}: starts and sizes must be 0 or more, strides 1 or more, ` +
          `and start + (size - 1) * stride below ${n}`,
      );
    }
  });
}
