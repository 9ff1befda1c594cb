import { concat } from "../../src/autograd/ops/concat.ts";
import { permute, transpose } from "../../src/autograd/ops/permute.ts";
import { slice } from "../../src/autograd/ops/slice.ts";
import { expand } from "../../src/autograd/ops/sum.ts";
import { sizeOf } from "../../src/gpu/launch.ts";
import { concatGradient, concat as concatOracle } from "../oracle/concat.ts";
import { expandGradient, expand as expandOracle } from "../oracle/expand.ts";
import { permuteGradient, permute as permuteOracle } from "../oracle/permute.ts";
import { sliceGradient, slice as sliceOracle } from "../oracle/slice.ts";
import type { Array64 } from "../support/arrays.ts";
import { EXACT, forwardOnly, sumError } from "./cases.ts";
import { Draw } from "./draw.ts";
import { drawElements, drawIntegers } from "./integers.ts";
import { drawOperandShape, drawShape } from "./operands.ts";
import type { OpSpec, SpecCase } from "./spec.ts";
import { MANY } from "./unary.ts";
import { type Move, moveCase, VIEW_SPECS } from "./views.ts";

function permuteCase(x: Array64, axes: readonly number[], computed = false): SpecCase {
  const from0 = axes.map((axis) => (axis < 0 ? axis + axes.length : axis));
  const move: Move = {
    label: `axes [${axes}]`,
    op: (t) => permute(t!, axes),
    oracle: (t) => permuteOracle(t!, from0),
    gradient: (g) => permuteGradient(g, from0),
  };
  return moveCase(x, move, computed);
}

function drawOrder(draw: Draw, rank: number): number[] {
  const order = Array.from({ length: rank }, (_, axis) => axis);
  for (let i = rank - 1; i > 0; i--) {
    const j = draw.integer(0, i);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

const PERMUTE_SPEC: OpSpec = {
  name: "permute",
  draw: (draw) => {
    const x = drawElements(draw, drawShape(draw));
    const rank = x.shape.length;
    const axes = drawOrder(draw, rank).map((axis) => (draw.flag(0.3) ? axis - rank : axis));
    return permuteCase(x, axes, draw.flag(0.3));
  },
  large: [
    () => permuteCase(new Draw(1).values([33, 129, 97]), [2, 0, 1]),
    () => forwardOnly(permuteCase(drawIntegers(new Draw(2), [MANY, 1], "u32"), [1, 0])),
    () => forwardOnly(permuteCase(drawIntegers(new Draw(3), [2049, 2049], "u32"), [1, 0])),
  ],
};

function transposeCase(x: Array64, axes: readonly number[], computed = false): SpecCase {
  const rank = x.shape.length;
  const order = x.shape.map((_, axis) => axis);
  const [a, b] = [axes[0] ?? -2, axes[1] ?? -1].map((axis) => (axis + rank) % rank) as [number, number];
  [order[a], order[b]] = [order[b]!, order[a]!];
  const move: Move = {
    label: axes.length === 0 ? "last two" : `axes ${axes.join()}`,
    op: (t) => transpose(t!, ...axes),
    oracle: (t) => permuteOracle(t!, order),
    gradient: (g) => permuteGradient(g, order),
  };
  return moveCase(x, move, computed);
}

const TRANSPOSE_SPEC: OpSpec = {
  name: "transpose",
  draw: (draw) => {
    const x = drawElements(draw, drawShape(draw, { least: 1 }));
    const rank = x.shape.length;
    const axes = [0, 0].map(() => draw.integer(-rank, rank - 1));
    return transposeCase(x, rank > 1 && draw.flag(0.3) ? [] : axes, draw.flag(0.3));
  },
  large: [
    () => transposeCase(new Draw(1).values([7, 257, 129]), []),
    () => forwardOnly(transposeCase(drawIntegers(new Draw(2), [4099, 1031], "i32"), [])),
  ],
};

interface Slice {
  readonly starts: readonly number[];
  readonly sizes: readonly number[];
  /** Left out: 1. */
  readonly strides?: readonly number[];
}

function sliceCase(x: Array64, { starts, sizes, strides }: Slice, computed = false): SpecCase {
  const move: Move = {
    label: `starts [${starts}], sizes [${sizes}]${strides ? `, strides [${strides}]` : ""}`,
    op: (t) => slice(t!, starts, sizes, strides),
    oracle: (t) => sliceOracle(t!, starts, sizes, strides),
    gradient: (g) => sliceGradient(g, x.shape, starts, strides),
  };
  return moveCase(x, move, computed);
}

const SLICE_SPEC: OpSpec = {
  name: "slice",
  draw: (draw) => {
    const x = drawElements(draw, drawShape(draw));
    const strided = draw.flag(0.6);
    const parts = x.shape.map((n) => {
      if (draw.flag(0.35)) return { start: 0, size: n, stride: 1 };
      const start = draw.integer(0, n);
      const stride = strided ? draw.pick([1, 2, 3, 5, 7]) : 1;
      const most = Math.ceil((n - start) / stride);
      return { start, size: draw.flag(0.4) ? most : draw.integer(Math.min(1, most), most), stride };
    });
    const lists = { starts: parts.map(({ start }) => start), sizes: parts.map(({ size }) => size) };
    const strides = parts.map(({ stride }) => stride);
    return sliceCase(x, strided ? { ...lists, strides } : lists, draw.flag(0.3));
  },
  large: [
    () => sliceCase(new Draw(1).values([65, 129, 65]), { starts: [1, 2, 0], sizes: [32, 63, 65], strides: [2, 2, 1] }),
    () => sliceCase(new Draw(2).values([513, 794]), { starts: [0, 10], sizes: [513, 784] }),
    () => forwardOnly(sliceCase(drawIntegers(new Draw(3), [2, MANY + 3], "u32"), { starts: [1, 3], sizes: [1, MANY] })),
  ],
};

/** `picks` names the input that each part is; an input may be several. */
function concatCase(inputs: readonly Array64[], picks: readonly number[], axis: number): SpecCase {
  const along = axis < 0 ? axis + inputs[0]!.shape.length : axis;
  return {
    label: `${inputs[0]!.dtype} ${picks.map((k) => `[${inputs[k]!.shape}]`).join(" ")} along ${axis}`,
    inputs,
    op: (...tensors) =>
      concat(
        picks.map((k) => tensors[k]!),
        axis,
      ),
    oracle: (...arrays) =>
      concatOracle(
        picks.map((k) => arrays[k]!),
        along,
      ),
    ...(inputs[0]!.dtype === "f32"
      ? {
          gradient: (g, ...arrays) => {
            const parts = concatGradient(
              g,
              picks.map((k) => arrays[k]!.shape),
              along,
            );
            return arrays.map((array, k) => {
              const own = parts.filter((_, part) => picks[part] === k);
              return { ...array, data: array.data.map((_, i) => own.reduce((total, { data }) => total + data[i]!, 0)) };
            });
          },
        }
      : {}),
    // Parts of one input add their gradients.
    ...(picks.length > inputs.length ? {} : EXACT),
  };
}

const CONCAT_SPEC: OpSpec = {
  name: "concat",
  draw: (draw) => {
    const shape = drawShape(draw, { least: 1, most: 4000 });
    const axis = draw.integer(-shape.length, shape.length - 1);
    // More than seven parts take a second dispatch.
    const count = draw.flag(0.1) ? draw.integer(6, 9) : draw.integer(2, 5);
    const isWhole = draw.flag(0.3);
    const dtype = draw.pick(["f32", "f32", "u32", "i32"] as const);
    const inputs = Array.from({ length: count }, () => {
      const own = [...shape];
      own[(axis + shape.length) % shape.length] = isWhole ? 4 : draw.size(0, 17);
      return dtype === "f32" ? draw.values(own) : drawIntegers(draw, own, dtype);
    });
    const picks = inputs.map((_, k) => k);
    if (draw.flag(0.2)) picks.push(draw.integer(0, count - 1));
    return concatCase(inputs, picks, axis);
  },
  large: [
    () => concatCase([new Draw(1).values([513, 784]), new Draw(2).values([513, 10])], [0, 1], 1),
    () =>
      concatCase(
        [33, 1, 65].map((n) => new Draw(n).values([7, n, 129])),
        [0, 1, 2, 0],
        1,
      ),
    () =>
      forwardOnly(
        concatCase(
          [MANY, 3].map((n) => drawIntegers(new Draw(n), [n], "u32")),
          [1, 0],
          0,
        ),
      ),
  ],
};

function expandCase(x: Array64, shape: readonly number[], computed = false): SpecCase {
  const move: Move = {
    label: `to [${shape}]`,
    op: (t) => expand(t!, shape),
    oracle: (t) => expandOracle(t!, shape),
    gradient: (g) => expandGradient(g, x),
  };
  // The gradient of one element is a sum over its copies.
  const gradientAbsolute = sumError(sizeOf(shape) / Math.max(1, x.data.length));
  return { ...moveCase(x, move, computed), relative: 1e-5, absolute: 1e-6, gradientAbsolute };
}

const EXPAND_SPEC: OpSpec = {
  name: "expand",
  draw: (draw) => {
    const shape = drawShape(draw);
    return expandCase(drawElements(draw, drawOperandShape(draw, shape)), shape, draw.flag(0.3));
  },
  large: [
    () => expandCase(new Draw(1).values([257, 1, 65]), [257, 33, 65]),
    () => forwardOnly(expandCase(drawIntegers(new Draw(2), [1, 1031], "u32"), [4099, 1031])),
    () => forwardOnly(expandCase(new Draw(3).values([4099, 1]), [4099, 1031])),
  ],
};

/** Ops that give elements another shape or place. */
export const SHAPE_SPECS: readonly OpSpec[] = [
  ...VIEW_SPECS,
  PERMUTE_SPEC,
  TRANSPOSE_SPEC,
  SLICE_SPEC,
  CONCAT_SPEC,
  EXPAND_SPEC,
];
