import type { Array64 } from "../support/arrays.ts";

/** The same numbers as another type: fractions are dropped, what is below the least becomes it, integers wrap around. */
export function cast(x: Array64, dtype: Array64["dtype"]): Array64 {
  if (x.dtype === dtype) return x;
  const toInteger = (v: number) => Math.max(Math.trunc(v), dtype === "u32" ? 0 : -(2 ** 31));
  const wrap = (v: number) => (dtype === "u32" ? v >>> 0 : v | 0);
  if (x.dtype === dtype) return x;
  const rule = dtype === "f32" ? Math.fround : x.dtype === "f32" ? toInteger : wrap;
  return { ...x, data: x.data.map((v) => rule(v)), dtype };
}
