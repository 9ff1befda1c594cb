import type { Tensor } from "../tensor.ts";
import { binary, div, elementwiseOp, full, literal, mul, type Operand, unary } from "./elementwise.ts";

/** Exponents that need no logarithm. */
const SHORT: ReadonlyMap<number, (v: string) => string> = new Map([
  [-1, (v) => `(T(1.0) / ${v})`],
  // sqrt alone gives NaN of -infinity.
  [0.5, (v) => `select(sqrt(${v}), ${literal(Infinity)}, ${v} == ${literal(-Infinity)})`],
  [1, (v) => v],
  [2, (v) => `(${v} * ${v})`],
  [3, (v) => `(${v} * ${v} * ${v})`],
]);

/**
 * x to the power of `exponent`, f32, broadcast. 0^0 and NaN^0 are 1; a negative x takes whole exponents and gives NaN for
 * others; infinities as in C. Gradients (as PyTorch): g * exponent * x^(exponent - 1), 0 where the exponent is 0; to the
 * exponent g * y * log(x), 0 where x is 0 and the exponent is not negative. Throws DTypeError, ShapeError.
 */
export function pow(x: Operand, exponent: Operand): Tensor {
  if (typeof exponent === "number" && typeof x !== "number") return powNumber(x, exponent);
  return binary("pow", x, exponent, {
    rule: (v, e) => `power(${v}, ${e})`,
    vjp: (g, [base, power], y) => [
      () =>
        elementwiseOp("powGrad", [g, base!, power!], {
          rule: (gv, v, e) => `select(${gv} * ${e} * power(${v}, ${e} - T(1.0)), T(0.0), ${e} == T(0.0))`,
        }),
      () =>
        elementwiseOp("powExponentGrad", [g, base!, power!, y], {
          rule: (gv, v, e, yv) => `select(${gv} * ${yv} * log(${v}), T(0.0), (${v} == T(0.0)) & (${e} >= T(0.0)))`,
        }),
    ],
  });
}

function powNumber(x: Tensor, exponent: number): Tensor {
  const constant = literal(exponent);
  // 1 whatever x is, NaN included; and so without a gradient.
  if (exponent === 0) return unary("pow", x, { rule: () => "T(1.0)", vjp: () => [() => full(x.shape, 0)] });
  return unary("pow", x, {
    rule: SHORT.get(exponent) ?? ((v) => `power(${v}, ${constant})`),
    vjp: (g, _, y) => [
      () => (exponent === 0.5 ? div(mul(0.5, g), y) : mul(g, mul(exponent, powNumber(x, exponent - 1)))),
    ],
  });
}
