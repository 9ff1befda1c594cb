import { avgPool2d as launch, avgPool2dGrad as launchGrad } from "../../kernels/pool2d/avg_pool2d.ts";
import { checkFlag, type Pair } from "../arguments.ts";
import { recordOne } from "../record.ts";
import type { Tensor } from "../tensor.ts";
import { type Pool2dOptions, poolWindows } from "./pool2d.ts";

/** Options of {@link avgPool2d}. */
export interface AvgPool2dOptions extends Omit<Pool2dOptions, "dilation"> {
  /** Whether padding counts as elements (of value 0) of the average: true unless given. */
  readonly countIncludePad?: boolean;
}

/**
 * Mean of each window of x, f32 [N, C, H, W]; the result's sizes are those of {@link Pool2dOptions}. Gradient: g /
 * (elements of the window) to each of its elements. Throws DTypeError, UsageError, and ShapeError where no window fits
 * into x.
 */
export function avgPool2d(x: Tensor, kernelSize: Pair, options: AvgPool2dOptions = {}): Tensor {
  const windows = poolWindows<AvgPool2dOptions>("avgPool2d", x, kernelSize, options, ["countIncludePad"]);
  const { countIncludePad = true } = options;
  checkFlag("avgPool2d", "countIncludePad", countIncludePad);
  return recordOne({
    op: "avgPool2d",
    inputs: [x],
    shape: [x.shape[0]!, x.shape[1]!, ...windows.output],
    dtype: "f32",
    lower: (out) => [launch(x, out, windows, countIncludePad)],
    vjp: ([g]) => [
      recordOne({
        op: "avgPool2dGrad",
        inputs: [g!],
        shape: x.shape,
        dtype: "f32",
        lower: (dx) => [launchGrad(g!, dx, windows, countIncludePad)],
      }),
    ],
  });
}
