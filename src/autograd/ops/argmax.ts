import { ShapeError } from "../../errors.ts";
import { argmax as launchArgmax } from "../../kernels/argmax/argmax.ts";
import { recordOne } from "../record.ts";
import type { Tensor } from "../tensor.ts";
import { requireF32 } from "../tensor_arguments.ts";
import { normalizeAxes } from "./sum.ts";

/**
 * Index along `axis` of the largest element of x (f32): u32, of the shape without that axis: the first of ties, and the
 * first NaN where there is one. Throws DTypeError, and ShapeError for an axis that x lacks or that has no elements. It
 * has no gradient.
 */
export function argmax(x: Tensor, axis = -1): Tensor {
  requireF32("argmax", x);
  const [over] = normalizeAxes("argmax", x, [axis]) as [number];
  const shape = x.shape.filter((_, other) => other !== over);
  if (x.shape[over] === 0)
    throw new ShapeError(`argmax: ${x} has no elements along axis ${over}; it needs at least one`);
  return recordOne({ op: "argmax", inputs: [x], shape, dtype: "u32", lower: (out) => [launchArgmax(x, over, out)] });
}
