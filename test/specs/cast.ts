import { cast } from "../../src/autograd/ops/cast.ts";
import { mul } from "../../src/autograd/ops/elementwise.ts";
import { cast as oracle } from "../oracle/cast.ts";
import { elementwise } from "../oracle/elementwise.ts";
import { type Array64, array } from "../support/arrays.ts";
import { EXACT } from "./cases.ts";
import { Draw } from "./draw.ts";
import { drawIntegers } from "./integers.ts";
import { drawShape } from "./operands.ts";
import type { OpSpec, SpecCase } from "./spec.ts";
import { MANY } from "./unary.ts";

type DType = Array64["dtype"];
const DTYPES = ["f32", "i32", "u32"] as const;

/** Numbers with fractions, some large, within the integer type: WGSL leaves open which integer stands for more. */
function drawFloats(draw: Draw, shape: readonly number[], to: DType): Array64 {
  const most = draw.pick([3, 300, 2 ** 31 - 128]);
  const { data } = draw.values(shape, to === "u32" && draw.flag() ? 0 : -most, most);
  return array(data, shape);
}

function castCase(x: Array64, to: DType): SpecCase {
  const isCopy = x.dtype === to;
  return {
    label: `${x.dtype} [${x.shape}] to ${to}`,
    inputs: [x],
    op: (t) => cast(t!, to),
    oracle: (t) => oracle(t!, to),
    ...(isCopy && to === "f32" ? { gradient: (g) => [g] } : {}),
    // WGSL leaves open how integers beyond 2^24 are rounded.
    ...(to === "f32" && !isCopy ? { relative: 2 ** -23, absolute: 0 } : EXACT),
  };
}

/** There and back, times x: no gradient passes through the integers. */
function roundTripCase(x: Array64, to: "i32" | "u32"): SpecCase {
  return {
    label: `f32 [${x.shape}] to ${to} and back, times itself`,
    inputs: [x],
    op: (t) => mul(cast(cast(t!, to), "f32"), t!),
    oracle: (t) => elementwise((whole, v) => whole * v, oracle(t!, to), t!),
    gradient: (g, t) => [elementwise((gv, whole) => gv * whole, g, oracle(t!, to))],
  };
}

export const CAST_SPEC: OpSpec = {
  name: "cast",
  draw: (draw) => {
    if (draw.flag(0.1)) return roundTripCase(draw.values(drawShape(draw), -5, 5), draw.pick(["i32", "u32"] as const));
    const [from, to, shape] = [draw.pick(DTYPES), draw.pick(DTYPES), drawShape(draw)];
    const x = from === "f32" ? drawFloats(draw, shape, to) : drawIntegers(draw, shape, from);
    return castCase(x, to);
  },
  large: [
    () => castCase(drawFloats(new Draw(1), [MANY], "i32"), "i32"),
    () => castCase(drawIntegers(new Draw(2), [513, 794], "u32"), "f32"),
    () => castCase(drawIntegers(new Draw(3), [513, 794], "u32"), "i32"),
  ],
};
