import type { DType } from "../../gpu/launch.ts";
import { checkChoice } from "../arguments.ts";
import { checkTensor, recordOne } from "../record.ts";
import type { Tensor } from "../tensor.ts";
import { elementwiseOp } from "./elementwise.ts";

/**
 * The same numbers, under the same shape, as another element type: f32, i32 or u32. f32 to integer drops the fraction,
 * stops at the type's bounds and makes NaN 0; integers beyond 2^24 are rounded to f32; between i32 and u32 the bits
 * stay and nothing is copied. No gradient. Throws DTypeError for x that is no tensor, UsageError for another type.
 */
export function cast(x: Tensor, dtype: DType): Tensor {
  checkTensor("cast", x);
  checkChoice("cast", "dtype", dtype, ["f32", "i32", "u32"]);
  if (x.dtype === dtype) return x;
  if (x.dtype !== "f32" && dtype !== "f32") {
    return recordOne({ op: "cast", inputs: [x], alias: x, shape: x.shape, dtype, lower: () => [] });
  }
  const rule = dtype === "f32" ? (v: string) => v : (v: string) => `select(${v}, T(0.0), is_nan(${v}))`;
  return elementwiseOp("cast", [x], { rule, dtype });
}
