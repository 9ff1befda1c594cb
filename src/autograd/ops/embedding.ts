import { ShapeError } from "../../errors.ts";
import type { Tensor } from "../tensor.ts";
import { requireF32, requireIntegers } from "../tensor_arguments.ts";
import { gatherRows } from "./gather.ts";

/**
 * Rows of a weight table: indices [...] (u32) and weight f32 [V, D] give [..., D]. An index of V or more gives a row of
 * NaN, and no gradient. Gradient to weight: the sum of g over the places that name a row, in order (kernels/gather).
 * Throws DTypeError and ShapeError.
 */
export function embedding(indices: Tensor, weight: Tensor): Tensor {
  requireF32("embedding", weight);
  requireIntegers("embedding", "indices", indices);
  if (weight.rank !== 2) {
    throw new ShapeError(`embedding: the weight must be [rows, width], but got ${weight}; use reshape`);
  }
  const shape = [...indices.shape, weight.shape[1]!];
  return gatherRows("embedding", weight, indices, shape, 0, { indexPerElement: false, outOfRange: "NaN" });
}
