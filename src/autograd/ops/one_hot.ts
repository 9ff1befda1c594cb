import { ShapeError } from "../../errors.ts";
import { oneHot as launch } from "../../kernels/one_hot/one_hot.ts";
import { shown } from "../arguments.ts";
import { recordOne } from "../record.ts";
import type { Tensor } from "../tensor.ts";
import { requireIntegers } from "../tensor_arguments.ts";

/**
 * f32 [..., classes] with 1 at each of the indices [...] (u32) and 0 elsewhere; only 0 where an index is too large. No
 * gradient. Throws DTypeError, ShapeError.
 */
export function oneHot(indices: Tensor, classes: number): Tensor {
  requireIntegers("oneHot", "indices", indices);
  if (!Number.isInteger(classes) || classes < 1) {
    throw new ShapeError(`oneHot: the number of classes is ${shown(classes)}, but must be a whole number of 1 or more`);
  }
  return recordOne({
    op: "oneHot",
    inputs: [indices],
    shape: [...indices.shape, classes],
    dtype: "f32",
    lower: (out) => [launch(indices, out, classes)],
  });
}
