import { ShapeError } from "../../errors.ts";
import { sizeOf } from "../../gpu/launch.ts";
import { checkWholes, shown } from "../arguments.ts";
import { checkTensor, recordOne } from "../record.ts";
import type { Tensor } from "../tensor.ts";

/**
 * The same elements, of any type, under another shape; one size may be -1 and is then worked out. Costs nothing: both
 * share memory. Gradient: g under the input's shape. Throws ShapeError where the sizes do not multiply to the number of
 * elements.
 */
export function reshape(x: Tensor, shape: readonly number[]): Tensor {
  checkTensor("reshape", x);
  checkWholes("reshape", "the shape", shape);
  const known = sizeOf(shape.filter((n) => n !== -1));
  const open = shape.filter((n) => n === -1).length;
  const resolved = shape.map((n) => (n === -1 ? x.size / known : n));
  if (open > 1 || resolved.some((n) => !Number.isInteger(n) || n < 0) || sizeOf(resolved) !== x.size) {
    throw new ShapeError(
      `reshape: ${x} has ${x.size} elements, which shape ${shown(shape)} cannot hold; sizes must multiply to ${x.size}, at most one may be -1`,
    );
  }
  if (resolved.join() === x.shape.join()) return x;
  return recordOne({
    op: "reshape",
    inputs: [x],
    alias: x,
    shape: resolved,
    dtype: x.dtype,
    lower: () => [],
    vjp: ([g]) => [reshape(g!, x.shape)],
  });
}

/** The same values, of any type, constant to `grad`: no gradient flows to `x`. Throws DTypeError for what is no tensor. */
export function detach(x: Tensor): Tensor {
  checkTensor("detach", x);
  return recordOne({ op: "detach", inputs: [x], alias: x, shape: x.shape, dtype: x.dtype, lower: () => [] });
}
