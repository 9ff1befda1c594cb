import { dropoutExtras, dropoutRule, type RandomPlace } from "../../kernels/random/random.ts";
import { checkFlag, checkNumber } from "../arguments.ts";
import { commuting } from "../record.ts";
import type { ElementwiseRule, Tensor, Variable } from "../tensor.ts";
import { requireF32 } from "../tensor_arguments.ts";
import { elementwiseOp } from "./elementwise.ts";
import { drawPlace, type RandomSource } from "./random.ts";

/**
 * In training, each element of x (f32) is dropped (becomes 0) with probability `p` and else scaled by 1/(1-p), so that
 * its mean stays; otherwise `x` itself. Element i is kept where number i of `uniform` from the same source is at least
 * p. Gradient: g dropped and scaled alike; the mask is drawn again, not stored, so take it before the clock is
 * advanced. Source: Srivastava et al., JMLR 15, 2014. Throws DTypeError, and UsageError unless 0 <= p < 1.
 */
export function dropout(x: Tensor, p: number, source: RandomSource, training = true): Tensor {
  requireF32("dropout", x);
  checkNumber("dropout", "p", p, { least: 0, below: 1 });
  checkFlag("dropout", "training", training);
  // The stream is taken in any case, so that turning dropout off leaves the numbers of other ops alone.
  const place = drawPlace("dropout", source);
  return training && p > 0 ? masked("dropout", x, p, place, source.clock) : x;
}

function masked(op: string, x: Tensor, p: number, place: RandomPlace, clock: Variable): Tensor {
  const again = (g: Tensor) => masked("dropoutGrad", g, p, place, clock);
  const y: Tensor = elementwiseOp(op, [x, clock], {
    rule: dropoutRule(p) as ElementwiseRule,
    extras: dropoutExtras(p, place),
    shape: x.shape,
    // A rule of y's sign may as well be applied before the mask: where y was dropped, the gradient is 0 anyway.
    vjp: (g) => [() => commuting(again(g), (rule) => again(rule(g, y))), () => undefined],
  });
  return y;
}
