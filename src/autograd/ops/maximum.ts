import type { Tensor } from "../tensor.ts";
import { binary, elementwiseOp, type Operand } from "./elementwise.ts";

/**
 * The larger of a and b, f32, broadcast; NaN where either is NaN. Gradients: g to the larger one, half of it to each of
 * equal ones (as PyTorch). Throws DTypeError, ShapeError.
 */
export function maximum(a: Operand, b: Operand): Tensor {
  return extreme("maximum", "max", "<", a, b);
}

/** The smaller of a and b, f32, broadcast; NaN, gradients and errors as in {@link maximum}. */
export function minimum(a: Operand, b: Operand): Tensor {
  return extreme("minimum", "min", ">", a, b);
}

/** `loses` stands between an operand and the one that is chosen over it. */
function extreme(op: string, builtin: string, loses: "<" | ">", a: Operand, b: Operand): Tensor {
  const share = (g: Tensor, own: Tensor, other: Tensor) =>
    elementwiseOp(`${op}Grad`, [g, own, other], {
      rule: (gv, x, y) => `select(select(${gv}, 0.5 * ${gv}, ${x} == ${y}), T(0.0), ${x} ${loses} ${y})`,
    });
  return binary(op, a, b, {
    rule: (x, y) => `select(select(${builtin}(${x}, ${y}), ${y}, is_nan(${y})), ${x}, is_nan(${x}))`,
    vjp: (g, [x, y]) => [() => share(g, x!, y!), () => share(g, y!, x!)],
  });
}
