import type { Tensor } from "../tensor.ts";
import { binary, type Operand } from "./elementwise.ts";

/** 1 (u32) where a > b (f32), else 0, broadcast; 0 where either is NaN. No gradient. Throws DTypeError, ShapeError. */
export function greater(a: Operand, b: Operand): Tensor {
  return compare("greater", ">", a, b);
}

/** 1 (u32) where a >= b (f32), else 0, broadcast; 0 where either is NaN. No gradient. Throws DTypeError, ShapeError. */
export function greaterEqual(a: Operand, b: Operand): Tensor {
  return compare("greaterEqual", ">=", a, b);
}

/** 1 (u32) where a < b (f32), else 0, broadcast; 0 where either is NaN. No gradient. Throws DTypeError, ShapeError. */
export function less(a: Operand, b: Operand): Tensor {
  return compare("less", "<", a, b);
}

/** 1 (u32) where a <= b (f32), else 0, broadcast; 0 where either is NaN. No gradient. Throws DTypeError, ShapeError. */
export function lessEqual(a: Operand, b: Operand): Tensor {
  return compare("lessEqual", "<=", a, b);
}

/** 1 (u32) where a equals b (f32), else 0, broadcast; 0 where either is NaN. No gradient. Throws DTypeError, ShapeError. */
export function equal(a: Operand, b: Operand): Tensor {
  return compare("equal", "==", a, b);
}

function compare(op: string, relation: string, a: Operand, b: Operand): Tensor {
  return binary(op, a, b, {
    rule: (x, y) => `select(T(0.0), T(1.0), (${x} ${relation} ${y}) & !(is_nan(${x}) | is_nan(${y})))`,
    dtype: "u32",
  });
}
