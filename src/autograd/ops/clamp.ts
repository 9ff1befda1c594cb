import { UsageError } from "../../errors.ts";
import { shown } from "../arguments.ts";
import type { Tensor } from "../tensor.ts";
import { elementwiseOp, literal, unary } from "./elementwise.ts";

/**
 * min(max(x, least), most) of f32; either bound may be left out or infinite; NaN stays NaN; where `least` exceeds
 * `most`, all is `most`. Gradient (as PyTorch): g inside the bounds and on them, 0 outside and at NaN. Throws
 * DTypeError, and UsageError without any bound.
 */
export function clamp(x: Tensor, least?: number, most?: number): Tensor {
  if (least === undefined && most === undefined) {
    throw new UsageError("clamp: neither a lower nor an upper bound is given; give at least one");
  }
  for (const value of [least, most]) {
    if (value !== undefined && (typeof value !== "number" || Number.isNaN(value))) {
      throw new UsageError(`clamp: the bound ${shown(value)} is no number; give one, or leave it out`);
    }
  }
  const low = least === undefined || least === -Infinity ? undefined : literal(least);
  const high = most === undefined || most === Infinity ? undefined : literal(most);
  const bounded = (v: string) => {
    const above = low === undefined ? v : `max(${v}, ${low})`;
    return high === undefined ? above : `min(${above}, ${high})`;
  };
  const inside = (v: string) =>
    [`!is_nan(${v})`, low && `(${v} >= ${low})`, high && `(${v} <= ${high})`].filter((test) => test).join(" & ");
  return unary("clamp", x, {
    rule: (v) => `select(${bounded(v)}, ${v}, is_nan(${v}))`,
    vjp: (g) => [() => elementwiseOp("clampGrad", [g, x], { rule: (gv, v) => `select(T(0.0), ${gv}, ${inside(v)})` })],
  });
}
