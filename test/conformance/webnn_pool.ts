import { concat } from "../../src/autograd/ops/concat.ts";
import { full } from "../../src/autograd/ops/elementwise.ts";
import { maxPool2d } from "../../src/autograd/ops/max_pool2d.ts";
import { slice } from "../../src/autograd/ops/slice.ts";
import { expand } from "../../src/autograd/ops/sum.ts";
import type { Tensor } from "../../src/autograd/tensor.ts";
import { UsageError } from "../../src/errors.ts";
import type { Call } from "./call.ts";
import { relayout } from "./webnn_conv.ts";

/** The windows along one axis of an input of `size`, padded by `before` and `after`. */
interface Line {
  readonly size: number;
  readonly window: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
}

/** Elements from a window's first tap to its last. */
const reachOf = ({ window, dilation }: Line) => dilation * (window - 1) + 1;

/**
 * WebNN's maxPool2d differs from ours (PyTorch's) in three ways: padding may differ from side to side, the result's size
 * may be given, and windows wholly inside the padding are kept, with 0 in them. Where padding and size are ones that
 * ours takes, ours does the padding; otherwise it is put around the input beforehand, as -infinity.
 */
export function webnnMaxPool2d(call: Call): Tensor {
  const layout = call.word("layout", "nchw");
  const x = relayout(call.operand("input"), layout, "nchw");
  const sizes = [x.shape[2]!, x.shape[3]!] as const;
  const window = call.pair("windowDimensions", sizes);
  const stride = call.pair("strides", [1, 1]);
  const dilation = call.pair("dilations", [1, 1]);
  const padding = call.padding();
  const rounding = call.word("outputShapeRounding", "floor");
  const outputSizes = call.numbers("outputSizes");
  if (rounding !== "floor" && rounding !== "ceil")
    throw new UsageError(`max_pool2d: no rounding "${rounding}" is known`);

  const lines = ([0, 1] as const).map((axis): Line => {
    const [before, after] = [padding[2 * axis]!, padding[2 * axis + 1]!];
    return { size: sizes[axis], window: window[axis], stride: stride[axis], dilation: dilation[axis], before, after };
  });
  const counts = lines.map((line, axis) => {
    const steps = (line.size + line.before + line.after - reachOf(line)) / line.stride;
    return outputSizes?.[axis] ?? Math[rounding](steps) + 1;
  });
  // Windows that meet the input, from the first to the one behind the last; the others are all padding.
  const first = lines.map((line) => Math.max(0, Math.ceil((line.before + 1 - reachOf(line)) / line.stride)));
  const behind = lines.map((line, axis) => Math.min(counts[axis]!, Math.ceil((line.before + line.size) / line.stride)));

  const ours = !outputSizes && lines.every((line) => line.before === line.after && 2 * line.before <= line.window);
  const [top, , left] = padding;
  const pooled = ours
    ? maxPool2d(x, window, { stride, dilation, padding: [top, left], ceilMode: rounding === "ceil" })
    : maxPool2d(
        lines.reduce((padded, line, axis) => pad(padded, axis + 2, line, first[axis]!, behind[axis]!, call.lowest), x),
        window,
        { stride, dilation },
      );
  const y = lines.reduce((whole, _, axis) => {
    const missing = [first[axis]!, counts[axis]! - behind[axis]!] as const;
    return surround(whole, axis + 2, missing[0], missing[1], full([], 0));
  }, pooled);
  return relayout(y, "nchw", layout);
}

/** The input with as much padding, or as much cut off, as the windows from `first` to before `behind` take. */
function pad(x: Tensor, axis: number, line: Line, first: number, behind: number, value: Tensor): Tensor {
  const start = first * line.stride - line.before;
  const end = (behind - 1) * line.stride - line.before + reachOf(line);
  const [from, to] = [Math.max(0, start), Math.min(line.size, end)];
  const kept = slice(
    x,
    x.shape.map((_, a) => (a === axis ? from : 0)),
    x.shape.map((n, a) => (a === axis ? to - from : n)),
  );
  return surround(kept, axis, from - start, end - to, value);
}

/** `x` with `before` and `after` more places along an axis, filled with a scalar. */
function surround(x: Tensor, axis: number, before: number, after: number, value: Tensor): Tensor {
  const block = (n: number) =>
    expand(
      value,
      x.shape.map((size, a) => (a === axis ? n : size)),
    );
  return concat([...(before > 0 ? [block(before)] : []), x, ...(after > 0 ? [block(after)] : [])], axis);
}
