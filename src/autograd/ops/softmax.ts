import { softmaxGrad as launchGradient, softmax as launchSoftmax } from "../../kernels/softmax/softmax.ts";
import { recordOne } from "../record.ts";
import type { Tensor } from "../tensor.ts";
import { requireF32 } from "../tensor_arguments.ts";
import { normalizeAxes } from "./sum.ts";

/**
 * y = exp(x) / sum(exp(x)) of f32 along `axis`, shifted by the largest element so that nothing overflows. Throws
 * DTypeError, and ShapeError for an axis that x does not have. Gradient: y * (g - sum(y * g)).
 */
export function softmax(x: Tensor, axis = -1): Tensor {
  return along("softmax", x, axis, false);
}

/** y = x - log(sum(exp(x))) of f32 along `axis`, errors as {@link softmax}. Gradient: g - exp(y) * sum(g). */
export function logSoftmax(x: Tensor, axis = -1): Tensor {
  return along("logSoftmax", x, axis, true);
}

function along(op: string, x: Tensor, axis: number, log: boolean): Tensor {
  requireF32(op, x);
  const [over] = normalizeAxes(op, x, [axis]) as [number];
  const spec = { shape: x.shape, dtype: "f32" } as const;
  const y: Tensor = recordOne({
    op,
    inputs: [x],
    ...spec,
    lower: (out, capabilities) => [launchSoftmax(x, over, log, out, capabilities)],
    vjp: ([g]) => [
      recordOne({
        op: `${op}Grad`,
        inputs: [y, g!],
        ...spec,
        lower: (out, capabilities) => [launchGradient(y, g!, over, log, out, capabilities)],
      }),
    ],
  });
  return y;
}
