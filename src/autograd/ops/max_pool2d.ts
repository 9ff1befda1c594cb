import { maxPool2d as launch, maxPool2dGrad as launchGrad } from "../../kernels/pool2d/max_pool2d.ts";
import type { Pair } from "../arguments.ts";
import { commuting, record, recordOne } from "../record.ts";
import type { Tensor } from "../tensor.ts";
import { type Pool2dOptions, poolWindows } from "./pool2d.ts";

/**
 * Largest element of each window of x, f32 [N, C, H, W]; the result's sizes are those of {@link Pool2dOptions}. Padding
 * counts as -infinity, of equal elements the first counts as the largest, NaN wins. Gradient: g to each window's
 * winner. Throws DTypeError, UsageError, and ShapeError where no window fits into x.
 */
export function maxPool2d(x: Tensor, kernelSize: Pair, options: Pool2dOptions = {}): Tensor {
  const windows = poolWindows<Pool2dOptions>("maxPool2d", x, kernelSize, options, ["dilation"]);
  const shape = [x.shape[0]!, x.shape[1]!, ...windows.output];
  // Who wins matters only where a gradient follows, and that is known before anything is launched.
  let wanted = false;
  const [output, places] = record({
    op: "maxPool2d",
    inputs: [x],
    outputs: [
      { shape, dtype: "f32" },
      { shape, dtype: "u32" },
    ],
    lower: ([out, won], capabilities) => [launch(x, out!, wanted ? won! : undefined, windows, capabilities)],
    // A window's winner has the sign of the result, and nothing goes to the others.
    vjp: ([g]) => [g && commuting(gradient(g), (rule) => gradient(rule(g, output!)))],
  });
  function gradient(g: Tensor): Tensor {
    wanted = true;
    return recordOne({
      op: "maxPool2dGrad",
      inputs: [g, places!],
      shape: x.shape,
      dtype: "f32",
      lower: (dx) => [launchGrad(g, places!, dx, windows)],
    });
  }
  return output!;
}
