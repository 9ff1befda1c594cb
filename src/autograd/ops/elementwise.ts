import { DTypeError, ShapeError } from "../../errors.ts";
import type { DType } from "../../gpu/launch.ts";
import { elementwise as launch, MAX_ELEMENTWISE_AXES } from "../../kernels/elementwise/elementwise.ts";
import type { FusedExpression, RuleExtras } from "../../kernels/elementwise/expression.ts";
import { checkNumber, checkShape, shown } from "../arguments.ts";
import { currentGraph, recordOne } from "../record.ts";
import { type ElementwiseRule, type SignRule, Tensor } from "../tensor.ts";
import { requireF32 } from "../tensor_arguments.ts";
import { reshape } from "./reshape.ts";
import { sum } from "./sum.ts";

/** Where an op takes a tensor, a number stands for a tensor of one element. */
export type Operand = Tensor | number;

/** The shape that NumPy's rule gives two operands: sizes equal or 1, aligned at the last axis. */
export function broadcastShapes(op: string, a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const m = a[axis - rank + a.length] ?? 1;
    const n = b[axis - rank + b.length] ?? 1;
    if (m !== n && m !== 1 && n !== 1) {
      throw new ShapeError(
        `${op}: shapes [${a.join(", ")}] and [${b.join(", ")}] do not broadcast: sizes ${m} and ${n} of axis ${axis} must be equal or 1`,
      );
    }
    return m === 1 ? n : m;
  });
}

/** Sums a gradient over the axes along which an operand of `shape` was broadcast. */
export function unbroadcast(gradient: Tensor, shape: readonly number[]): Tensor {
  if (gradient.shape.join() === shape.join()) return gradient;
  const lead = gradient.rank - shape.length;
  const axes = gradient.shape
    .map((_, axis) => axis)
    .filter((axis) => axis < lead || (shape[axis - lead] === 1 && gradient.shape[axis] !== 1));
  return reshape(axes.length > 0 ? sum(gradient, axes) : gradient, shape);
}

/** What an elementwise op is: its expression, its gradients, and the type of its result (f32 unless given). */
export interface Row {
  readonly rule: ElementwiseRule;
  /** Gradients of the inputs, before summing over broadcast axes; `y` is the op's own result. */
  readonly vjp?: (g: Tensor, inputs: readonly Tensor[], y: Tensor) => (() => Tensor | undefined)[];
  readonly dtype?: DType;
  readonly extras?: RuleExtras;
  /** The result's shape, where the inputs are not all broadcast to it. */
  readonly shape?: readonly number[];
}

/**
 * Records an elementwise op. Everything that such an op needs besides its row is here. The result's shape is that of
 * the inputs and `least`, broadcast. Throws ShapeError where they do not broadcast or have more than eight axes.
 */
export function elementwiseOp(op: string, inputs: readonly Tensor[], row: Row, least: readonly number[] = []): Tensor {
  const shape = row.shape ?? inputs.reduce((joined, input) => broadcastShapes(op, joined, input.shape), least);
  if (shape.length > MAX_ELEMENTWISE_AXES) {
    throw new ShapeError(
      `${op}: [${shape.join(", ")}] has ${shape.length} axes, but at most ${MAX_ELEMENTWISE_AXES} are possible; join some with reshape`,
    );
  }
  const { rule, vjp, extras } = row;
  const output: Tensor = recordOne({
    op,
    inputs,
    shape,
    dtype: row.dtype ?? "f32",
    lower: (out) => [launch(out, single(op, inputs, row))],
    ...(vjp
      ? {
          vjp: ([g], needs) =>
            vjp(g!, inputs, output).map((rule, k) => {
              const gradient = needs[k] ? rule() : undefined;
              return gradient && unbroadcast(gradient, inputs[k]!.shape);
            }),
        }
      : {}),
    elementwise: rule,
    ...(extras ? { extras } : {}),
  });
  return output;
}

function single(op: string, inputs: readonly Tensor[], { rule, extras }: Row): FusedExpression {
  const whole = new Set(extras?.whole);
  const names = inputs.map((_, k) => (whole.has(k) ? `in${k}` : `x${k}`));
  if (!extras) return { inputs, lines: [], result: rule(...names), ops: [op] };
  const { words, functions } = extras;
  const result = rule(...names, "at", "params.words[0]");
  return { inputs, whole, lines: [], result, ops: [op], words: [words], functions: [functions] };
}

/**
 * A constant f32 tensor of `shape` filled with `value`; fused into whatever reads it. It has no gradient. Throws
 * ShapeError, DTypeError.
 */
export function full(shape: readonly number[], value: number): Tensor {
  checkShape("full", shape);
  if (typeof value !== "number") throw new DTypeError(`full: the value is ${shown(value)}, but must be a number`);
  const constant = literal(value);
  return elementwiseOp("full", [], { rule: () => constant }, shape);
}

/** The operand as a tensor: a number becomes one of one element. Throws DTypeError for anything else. */
export function operandOf(op: string, operand: Operand): Tensor {
  if (operand instanceof Tensor) return operand;
  if (typeof operand === "number") {
    // So that outside a recording the message names this op.
    currentGraph(op);
    return full([], operand);
  }
  throw new DTypeError(`${op}: needs a tensor or a number, but got ${shown(operand)}; wrap host data in a Variable`);
}

/** WGSL of the f32 nearest to `x`, splat to T. What WGSL cannot write down (infinities, NaN, -0) is made of its bits. */
export function literal(x: number): string {
  const value = Math.fround(x);
  if (!Number.isFinite(value) || Object.is(value, -0)) {
    const [bits] = new Uint32Array(Float32Array.of(value).buffer);
    return `of_bits(${bits}u)`;
  }
  return `T(${/[.e]/.test(String(value)) ? value : `${value}.0`})`;
}

/** Records an elementwise op of two f32 operands, either of which may be a number. */
export function binary(op: string, a: Operand, b: Operand, row: Row): Tensor {
  const tensors = [operandOf(op, a), operandOf(op, b)];
  requireF32(op, ...tensors);
  return elementwiseOp(op, tensors, row);
}

/** Records an elementwise op of one f32 tensor. */
export function unary(op: string, x: Tensor, row: Row): Tensor {
  requireF32(op, x);
  return elementwiseOp(op, [x], row);
}

/** a + b of f32, broadcast by NumPy's rule. Gradients: g, g. Throws DTypeError, ShapeError. */
export function add(a: Operand, b: Operand): Tensor {
  return binary("add", a, b, { rule: (x, y) => `(${x} + ${y})`, vjp: (g) => [() => g, () => g] });
}

/** a - b of f32, broadcast by NumPy's rule. Gradients: g, -g. Throws DTypeError, ShapeError. */
export function sub(a: Operand, b: Operand): Tensor {
  return binary("sub", a, b, { rule: (x, y) => `(${x} - ${y})`, vjp: (g) => [() => g, () => neg(g)] });
}

/** a * b of f32, broadcast by NumPy's rule. Gradients: g*b, g*a. Throws DTypeError, ShapeError. */
export function mul(a: Operand, b: Operand): Tensor {
  return binary("mul", a, b, {
    rule: (x, y) => `(${x} * ${y})`,
    vjp: (g, [x, y]) => [() => mul(g, y!), () => mul(g, x!)],
  });
}

/** a / b of f32, broadcast by NumPy's rule. Gradients: g/b, -g*a/b^2. Throws DTypeError, ShapeError. */
export function div(a: Operand, b: Operand): Tensor {
  return binary("div", a, b, {
    rule: (x, y) => `(${x} / ${y})`,
    vjp: (g, [, y], q) => [() => div(g, y!), () => neg(div(mul(g, q), y!))],
  });
}

// By the bits (below 0 or -0, not NaN): drivers may turn a comparison with 0 into max(), which drops NaN.
const reluRule = (v: string) => `select(${v}, T(0.0), bitcast<U>(${v}) - U(0x80000000u) <= U(0x7f800000u))`;
const leakyReluRule = (slope: string) => (v: string) => `select(${v}, ${slope} * ${v}, ${v} < T(0.0))`;
// Some drivers compute tanh by exp(2x) and overflow into NaN; beyond 15 the result is 1 in f32.
const tanhRule = (v: string) => `tanh(select(${v}, sign(${v}) * T(15.0), abs(${v}) > T(15.0)))`;
const sigmoidRule = (v: string) => `(T(1.0) / (T(1.0) + exp(-${v})))`;

function reluGrad(g: Tensor, y: Tensor): Tensor {
  return elementwiseOp("reluGrad", [g, y], { rule: (gv, yv) => `select(${gv}, T(0.0), is_zero(${yv}))` });
}

/**
 * The gradient that `rule` makes of g and the sign of y: earlier, on the smaller tensors, where the op that made g
 * allows it.
 */
function signRule(g: Tensor, y: Tensor, rule: SignRule): Tensor {
  return g.node?.commute?.(rule) ?? rule(g, y);
}

/** max(0, x) of each element, f32; NaN stays NaN. Gradient: 0 where the result is 0, else g. Throws DTypeError. */
export function relu(x: Tensor): Tensor {
  return unary("relu", x, {
    rule: reluRule,
    vjp: (g, _, y) => [() => signRule(g, y, reluGrad)],
  });
}

/**
 * x where x >= 0, else negativeSlope * x, of each element, f32. Gradient: g where x > 0, else negativeSlope * g.
 * Throws DTypeError, and UsageError for a slope that is no number. Source: Maas et al. 2013; the paper's slope is 0.2.
 */
export function leakyRelu(x: Tensor, negativeSlope = 0.01): Tensor {
  checkNumber("leakyRelu", "the negative slope", negativeSlope);
  const slope = literal(negativeSlope);
  // A positive slope keeps the sign, so that the result tells what the gradient needs and the input can be forgotten.
  const fromResult = negativeSlope > 0;
  const gradient = (g: Tensor, v: Tensor) =>
    elementwiseOp("leakyReluGrad", [g, v], { rule: (gv, vv) => `select(${slope} * ${gv}, ${gv}, ${vv} > T(0.0))` });
  return unary("leakyRelu", x, {
    rule: leakyReluRule(slope),
    vjp: (g, [input], y) => [() => (fromResult ? signRule(g, y, gradient) : gradient(g, input!))],
  });
}

/** Hyperbolic tangent y of each element, f32. Gradient: g * (1 - y^2). Throws DTypeError. */
export function tanh(x: Tensor): Tensor {
  return unary("tanh", x, {
    rule: tanhRule,
    vjp: (g, _, y) => [() => mul(g, sub(1, mul(y, y)))],
  });
}

/** y = 1 / (1 + exp(-x)) of each element, f32. Gradient: g * y * (1 - y). Throws DTypeError. */
export function sigmoid(x: Tensor): Tensor {
  return unary("sigmoid", x, {
    rule: sigmoidRule,
    vjp: (g, _, y) => [() => mul(g, mul(y, sub(1, y)))],
  });
}

/** -x of each element, f32. Gradient: -g. Throws DTypeError. */
export function neg(x: Tensor): Tensor {
  return unary("neg", x, { rule: (v) => `(-${v})`, vjp: (g) => [() => neg(g)] });
}

/** y = e^x of each element, f32. Gradient: g * y. Throws DTypeError. */
export function exp(x: Tensor): Tensor {
  return unary("exp", x, { rule: (v) => `exp(${v})`, vjp: (g, _, y) => [() => mul(g, y)] });
}

/** Natural logarithm of each element, f32: -infinity at 0, NaN below. Gradient: g / x. Throws DTypeError. */
export function log(x: Tensor): Tensor {
  return unary("log", x, { rule: (v) => `log(${v})`, vjp: (g) => [() => div(g, x)] });
}

/** Square root y of each element, f32: NaN below 0. Gradient: g / (2 * y), infinite at 0. Throws DTypeError. */
export function sqrt(x: Tensor): Tensor {
  return unary("sqrt", x, { rule: (v) => `sqrt(${v})`, vjp: (g, _, y) => [() => div(g, mul(2, y))] });
}

/** |x| of each element, f32. Gradient: g * sign(x), 0 at 0. Throws DTypeError. */
export function abs(x: Tensor): Tensor {
  return unary("abs", x, {
    rule: (v) => `abs(${v})`,
    vjp: (g) => [
      () => elementwiseOp("absGrad", [g, x], { rule: (gv, v) => `select(${gv} * sign(${v}), ${v}, is_nan(${v}))` }),
    ],
  });
}

/** x * x of each element, f32. Gradient: 2 * g * x. Throws DTypeError. */
export function square(x: Tensor): Tensor {
  return unary("square", x, { rule: (v) => `(${v} * ${v})`, vjp: (g) => [() => mul(2, mul(g, x))] });
}
