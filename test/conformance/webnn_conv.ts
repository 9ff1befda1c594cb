import { conv2d, convTranspose2d } from "../../src/autograd/ops/conv2d.ts";
import { permute } from "../../src/autograd/ops/permute.ts";
import type { Tensor } from "../../src/autograd/tensor.ts";
import { ShapeError, UsageError } from "../../src/errors.ts";
import type { Call } from "./call.ts";

/** Moves axes from one order of letters, such as "nhwc", to another. Throws UsageError for other letters. */
export function relayout(x: Tensor, from: string, to: string): Tensor {
  const axes = [...to].map((letter) => from.indexOf(letter));
  if (from.length !== to.length || axes.includes(-1))
    throw new UsageError(`no layout "${from}" is known beside "${to}"`);
  return permute(x, axes);
}

/** WebNN's conv2d: layouts of input and filter by option; ours is NCHW with OIHW. */
export function webnnConv2d(call: Call): Tensor {
  const layout = call.word("inputLayout", "nchw");
  const x = relayout(call.operand("input"), layout, "nchw");
  const filter = relayout(call.operand("filter"), call.word("filterLayout", "oihw"), "oihw");
  return relayout(conv2d(x, filter, call.optional("bias"), settings(call)), "nchw", layout);
}

/** WebNN's convTranspose2d; its outputSizes, where given, decide instead of outputPadding. */
export function webnnConvTranspose2d(call: Call): Tensor {
  const layout = call.word("inputLayout", "nchw");
  const x = relayout(call.operand("input"), layout, "nchw");
  const filter = relayout(call.operand("filter"), call.word("filterLayout", "iohw"), "iohw");
  const options = settings(call);
  const { stride, padding, dilation } = options;
  const sizes = call.numbers("outputSizes");
  let outputPadding = call.pair("outputPadding", [0, 0]);
  if (sizes) {
    const extra = (axis: 0 | 1) => {
      const reach = (x.shape[2 + axis]! - 1) * stride[axis] + dilation[axis] * (filter.shape[2 + axis]! - 1) + 1;
      return (sizes[axis] ?? Number.NaN) - (reach - padding[2 * axis]! - padding[2 * axis + 1]!);
    };
    outputPadding = [extra(0), extra(1)];
    if (outputPadding.some((n) => !(n >= 0))) {
      throw new ShapeError(`conv_transpose2d: outputSizes [${sizes.join(", ")}] are below what the input reaches`);
    }
  }
  const y = convTranspose2d(x, filter, call.optional("bias"), { ...options, outputPadding });
  return relayout(y, "nchw", layout);
}

function settings(call: Call) {
  return {
    stride: call.pair("strides", [1, 1]),
    padding: call.padding(),
    dilation: call.pair("dilations", [1, 1]),
    groups: call.number("groups", 1),
  };
}
