import { ShapeError } from "../../errors.ts";
import type { Windows } from "../../kernels/pool2d/pool2d.ts";
import { checkFlag, checkOptions, type Pair, pairOf } from "../arguments.ts";
import type { Tensor } from "../tensor.ts";
import { requireF32 } from "../tensor_arguments.ts";

/**
 * Options of the poolings, with PyTorch's meaning and defaults. Output size along each axis: floor (or ceil, with
 * ceilMode) of (size + 2 * padding - dilation * (kernel - 1) - 1) / stride, plus 1.
 */
export interface Pool2dOptions {
  /** Elements from window to window: the kernel's size unless given. */
  readonly stride?: Pair;
  /** On both sides of each axis, at most half the kernel: 0 unless given. */
  readonly padding?: Pair;
  /** Elements from tap to tap: 1 unless given. */
  readonly dilation?: Pair;
  /** Whether a last window may reach beyond the padding: false unless given. */
  readonly ceilMode?: boolean;
}

/**
 * Checks a pooling of x [N, C, H, W] and works out its windows. Output size along each axis:
 * floor or ceil of (size + 2 * padding - dilation * (kernel - 1) - 1) / stride, plus 1; in ceil mode, a last window that
 * would begin in the padding at the end is dropped. `more` names the options that this pooling has besides stride,
 * padding and ceilMode. Throws ShapeError, DTypeError and UsageError.
 */
export function poolWindows<O extends Pool2dOptions>(
  op: string,
  x: Tensor,
  kernelSize: Pair,
  options: O,
  more: readonly (keyof O & string)[],
): Windows {
  requireF32(op, x);
  checkOptions<O>(op, options, ["stride", "padding", "ceilMode", ...more]);
  const {
    stride: strideGiven = kernelSize,
    padding: paddingGiven = 0,
    dilation: dilationGiven = 1,
    ceilMode = false,
  } = options;
  checkFlag(op, "ceilMode", ceilMode);
  if (x.rank !== 4) {
    throw new ShapeError(`${op}: needs [N, C, H, W], but got ${x} of rank ${x.rank}; use reshape to add or join axes`);
  }
  const kernel = pairOf(op, "kernel", kernelSize, 1);
  const stride = pairOf(op, "stride", strideGiven, 1);
  const padding = pairOf(op, "padding", paddingGiven, 0);
  const dilation = pairOf(op, "dilation", dilationGiven, 1);
  if (padding.some((p, axis) => 2 * p > kernel[axis]!)) {
    throw new ShapeError(
      `${op}: padding [${padding.join(", ")}] must be at most half the kernel [${kernel.join(", ")}]; pad less or widen the kernel`,
    );
  }
  const input: [number, number] = [x.shape[2]!, x.shape[3]!];
  const size = (axis: 0 | 1) => {
    const room = input[axis] + 2 * padding[axis] - dilation[axis] * (kernel[axis] - 1) - 1;
    const steps = room / stride[axis];
    const count = (ceilMode ? Math.ceil(steps) : Math.floor(steps)) + 1;
    const beginsBeyond = ceilMode && (count - 1) * stride[axis] >= input[axis] + padding[axis];
    return beginsBeyond ? count - 1 : count;
  };
  const output: [number, number] = [size(0), size(1)];
  if (input.some((n) => n < 1) || output.some((n) => n < 1)) {
    throw new ShapeError(
      `${op}: a kernel of [${kernel.join(", ")}] with dilation [${dilation.join(", ")}] and padding [${padding.join(", ")}] ` +
        `does not fit into ${x}: no window is left; use a smaller kernel or a larger input`,
    );
  }
  return { input, output, kernel, stride, padding, dilation };
}
