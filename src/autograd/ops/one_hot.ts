import { DTypeError, ShapeError } from "../../errors.ts";
import { oneHot as launch } from "../../kernels/one_hot/one_hot.ts";
import { recordOne, type Tensor } from "../tensor.ts";

/** f32 [..., classes] with 1 at each of the indices [...] (u32) and 0 elsewhere; only 0 where an index is too large. */
export function oneHot(indices: Tensor, classes: number): Tensor {
  if (indices.dtype !== "u32") {
    throw new DTypeError(`oneHot: indices must be u32, but got ${indices}; convert them with cast`);
  }
  if (!Number.isInteger(classes) || classes < 1) {
    throw new ShapeError(`oneHot: the number of classes is ${classes}, but must be a whole number of 1 or more`);
  }
  return recordOne({
    op: "oneHot",
    inputs: [indices],
    shape: [...indices.shape, classes],
    dtype: "f32",
    lower: (out) => [launch(indices, out, classes)],
  });
}
