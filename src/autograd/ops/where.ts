import { checkTensor } from "../record.ts";
import type { Tensor } from "../tensor.ts";
import { requireF32 } from "../tensor_arguments.ts";
import { elementwiseOp, type Operand, operandOf } from "./elementwise.ts";

/**
 * a where the condition is not 0, b where it is 0, f32, broadcast; the condition may be of any type. A value that is not
 * chosen never shows, not even as NaN. Gradients: g to a where it was chosen, g to b elsewhere, none to the condition.
 * Throws DTypeError, ShapeError.
 */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  checkTensor("where", condition);
  const [x, y] = [operandOf("where", a), operandOf("where", b)];
  requireF32("where", x, y);
  return elementwiseOp("where", [condition, x, y], {
    rule: (c, xv, yv) => `select(${xv}, ${yv}, is_zero(${c}))`,
    vjp: (g) => [() => undefined, () => where(condition, g, 0), () => where(condition, 0, g)],
  });
}
