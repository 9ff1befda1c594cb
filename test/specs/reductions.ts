import { max, mean, min } from "../../src/autograd/ops/reduce.ts";
import { sum } from "../../src/autograd/ops/sum.ts";
import { extremeGradient, reduce, rules, sumGradient } from "../oracle/reduce.ts";
import { type Array64, zeros } from "../support/arrays.ts";
import { forwardOnly, sumError } from "./cases.ts";
import { Draw } from "./draw.ts";
import { type Forced, forced } from "./forced.ts";
import { drawShape, drawSpecials } from "./operands.ts";
import type { OpSpec, SpecCase } from "./spec.ts";

const OPS = { sum, mean, max, min } as const;
type Name = keyof typeof OPS;

interface Call {
  /** All axes when absent. */
  readonly axes?: readonly number[];
  readonly keepDims?: boolean;
}

const from0 = (shape: readonly number[], axes: readonly number[] = shape.map((_, axis) => axis)) =>
  axes.map((axis) => (axis < 0 ? axis + shape.length : axis));

function reduceCase(name: Name, x: Array64, { axes, keepDims = false }: Call): SpecCase {
  const over = from0(x.shape, axes);
  const length = over.reduce((count, axis) => count * x.shape[axis]!, 1);
  const oracle = (t: Array64) => reduce(t, over, keepDims, rules[name]);
  const gradient = (g: Array64, t: Array64) =>
    name === "sum" || name === "mean"
      ? sumGradient(g, t, over, name === "mean")
      : extremeGradient(g, t, over, oracle(t));
  return {
    label: `[${x.shape}] over ${axes ? `[${axes}]` : "all"}${keepDims ? ", kept" : ""}`,
    inputs: [x],
    op: (t) => OPS[name](t!, axes, keepDims),
    oracle: (t) => oracle(t!),
    gradient: (g, t) => [gradient(g, t!)],
    absolute: name === "sum" ? sumError(length) : 1e-6,
  };
}

const drawValues = (draw: Draw, name: Name, shape: readonly number[]) =>
  name === "max" || name === "min" ? draw.distinct(shape) : draw.values(shape);

/** Some axes, all or none, from either end, in any order. */
function drawAxes(draw: Draw, shape: readonly number[]): number[] {
  const share = draw.pick([0.2, 0.5, 0.8]);
  const axes = shape.flatMap((_, axis) => (draw.flag(share) ? [draw.flag(0.7) ? axis : axis - shape.length] : []));
  return draw.flag(0.3) ? axes.reverse() : axes;
}

/** A shape one axis of which is so long that launchers cut its reduction into parts. */
function drawLongShape(draw: Draw): number[] {
  const shape = draw.shape(draw.integer(1, 3), { low: 1, high: 5, most: 25 });
  shape[draw.integer(0, shape.length - 1)] = draw.pick([513, 1024, 1031, 2053, 4100, 8192, 9001]);
  return shape.length === 3 ? shape.map((n) => (n > 4100 ? 4100 : n)) : shape;
}

function drawReduce(draw: Draw, name: Name): SpecCase {
  const shape = draw.flag(0.25) ? drawLongShape(draw) : drawShape(draw);
  const axes = drawAxes(draw, shape);
  const call: Call = { ...(draw.flag(0.15) ? {} : { axes }), keepDims: draw.flag(0.3) };
  const isOfNone = reduce(zeros(shape), from0(shape, call.axes), true, (elements) => elements.length).data.includes(0);
  // There is no largest of none.
  if (isOfNone && (name === "max" || name === "min")) return drawReduce(draw, name);
  if (name !== "sum" && name !== "mean" && draw.flag(0.1)) {
    return forwardOnly(reduceCase(name, drawSpecials(draw, shape), call));
  }
  return reduceCase(name, drawValues(draw, name, shape), call);
}

const COLUMNS = 4_194_305;

function reduceSpec(name: Name): OpSpec {
  const large = (seed: number, shape: readonly number[], call: Call) => () =>
    reduceCase(name, drawValues(new Draw(seed), name, shape), call);
  return {
    name,
    draw: (draw) => drawReduce(draw, name),
    large: [
      // Three stages on CPU adapters, two on GPUs.
      large(1, [577 * 64 * 4 + 4], {}),
      large(2, [33, 7, 61, 64], { axes: [0, 2] }),
      // Over 65,535 workgroups.
      () => forwardOnly(reduceCase(name, new Draw(3).values([2, COLUMNS]), { axes: [0] })),
    ],
  };
}

const SPECS = (["sum", "mean", "max", "min"] as const).map(reduceSpec);

/** Without the gradients of sum and mean, which are no reductions. */
function reductionsOf(spec: OpSpec): OpSpec {
  if (spec.name === "max" || spec.name === "min") return spec;
  const large = (spec.large ?? []).map((make) => () => forwardOnly(make()));
  return { ...spec, draw: (draw) => forwardOnly(spec.draw(draw)), large };
}

/** The kernels of the kind of adapter that this one is not; they run anywhere. */
const OTHER_ADAPTERS: readonly Forced[] = [
  { variant: "GPU adapter", capabilities: { software: false }, runs: ({ software }) => software },
  { variant: "CPU adapter", capabilities: { software: true }, runs: ({ software }) => !software },
];

/** Reductions over axes. GPUs share a row among lanes and cut it into parts early; CPU adapters keep it to one lane. */
export const REDUCTION_SPECS: readonly OpSpec[] = [
  ...SPECS,
  ...SPECS.flatMap((spec) => OTHER_ADAPTERS.map((adapter) => forced(reductionsOf(spec), adapter))),
];
