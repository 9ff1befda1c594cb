import { mul, neg } from "../../src/autograd/ops/elementwise.ts";
import { flatten } from "../../src/autograd/ops/flatten.ts";
import { detach, reshape } from "../../src/autograd/ops/reshape.ts";
import { sizeOf } from "../../src/gpu/launch.ts";
import { elementwiseGradient, mul as mulOracle } from "../oracle/elementwise.ts";
import type { Array64 } from "../support/arrays.ts";
import { EXACT } from "./cases.ts";
import type { Draw } from "./draw.ts";
import { drawElements, drawIntegers } from "./integers.ts";
import { drawShape } from "./operands.ts";
import type { OpSpec, SpecCase } from "./spec.ts";

/** An op that moves elements of one tensor: what its cases need beside it. */
export interface Move extends Pick<SpecCase, "label" | "op" | "oracle"> {
  readonly gradient: (g: Array64) => Array64;
}

const negated = (x: Array64): Array64 => ({ ...x, data: x.data.map((v) => -v) });

/** Integers have no gradient. A `computed` x is made by an op from the input, instead of being the input itself. */
export function moveCase(x: Array64, { label, op, oracle, gradient }: Move, computed = false): SpecCase {
  const through = computed && x.dtype === "f32";
  return {
    label: `${x.dtype} [${x.shape}]${through ? ", computed" : ""}, ${label}`,
    inputs: [x],
    op: (t) => op(through ? neg(t!) : t!),
    oracle: (t) => oracle(through ? negated(t!) : t!),
    ...(x.dtype === "f32" ? { gradient: (g) => [through ? negated(gradient(g)) : gradient(g)] } : {}),
    ...EXACT,
  };
}

const withShape = (x: Array64, shape: readonly number[]): Array64 => ({ ...x, shape });

/** Another shape of as many elements: axes joined, split and of size 1, at most one written as -1. */
function drawReshape(draw: Draw, shape: readonly number[]): { asked: number[]; shape: number[] } {
  const next: number[] = [];
  for (const n of draw.flag(0.2) ? [sizeOf(shape)] : shape) {
    const last = next.at(-1);
    const divisor = [2, 3, 4, 5, 7].find((d) => n > d && n % d === 0);
    if (last !== undefined && draw.flag(0.4)) next[next.length - 1] = last * n;
    else if (divisor && draw.flag(0.4)) next.push(divisor, n / divisor);
    else next.push(n);
    if (draw.flag(0.15)) next.push(1);
  }
  const asked = [...next];
  // With a 0 among the sizes, -1 could be any.
  if (asked.length > 0 && !asked.includes(0) && draw.flag(0.3)) asked[draw.integer(0, asked.length - 1)] = -1;
  return { asked, shape: next };
}

const RESHAPE_SPEC: OpSpec = {
  name: "reshape",
  draw: (draw) => {
    const x = drawElements(draw, drawShape(draw));
    const { asked, shape } = drawReshape(draw, x.shape);
    const move: Move = {
      label: `to [${asked}]`,
      op: (t) => reshape(t!, asked),
      oracle: (t) => withShape(t!, shape),
      gradient: (g) => withShape(g, x.shape),
    };
    return moveCase(x, move, draw.flag());
  },
};

const FLATTEN_SPEC: OpSpec = {
  name: "flatten",
  draw: (draw) => {
    const x = drawElements(draw, drawShape(draw));
    const rank = x.shape.length;
    const start = rank === 0 ? 0 : draw.integer(-rank, rank - 1);
    const shape = [...x.shape.slice(0, (start + rank) % Math.max(1, rank))];
    shape.push(sizeOf(x.shape.slice(shape.length)));
    const move: Move = {
      label: `from ${start}`,
      op: (t) => (start === 0 && draw.flag() ? flatten(t!) : flatten(t!, start)),
      oracle: (t) => withShape(t!, shape),
      gradient: (g) => withShape(g, x.shape),
    };
    return moveCase(x, move, draw.flag());
  },
};

/** A product of which one factor is constant to the gradient. */
const DETACH_SPEC: OpSpec = {
  name: "detach",
  draw: (draw) => {
    const shape = drawShape(draw);
    if (draw.flag(0.2)) {
      const x = drawIntegers(draw, shape, "i32");
      return moveCase(x, { label: "", op: (t) => detach(t!), oracle: (t) => t!, gradient: (g) => g });
    }
    return {
      label: `[${shape}] times another`,
      inputs: [draw.values(shape), draw.values(shape)],
      op: (a, b) => mul(detach(a!), b!),
      oracle: (a, b) => mulOracle(a!, b!),
      gradient: (g, a, b) => elementwiseGradient(g, [a!, b!], [undefined, (x) => x!]),
    };
  },
};

/** Ops that give a tensor another shape without touching an element. They launch nothing: no size is large. */
export const VIEW_SPECS: readonly OpSpec[] = [RESHAPE_SPEC, FLATTEN_SPEC, DETACH_SPEC];
