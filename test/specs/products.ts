import { linear, type MatmulOptions, matmul } from "../../src/autograd/ops/matmul.ts";
import { MATMUL_VARIANTS, type MatmulVariant, supportsMatmul } from "../../src/kernels/matmul/matmul.ts";
import * as oracle from "../oracle/matmul.ts";
import type { Array64 } from "../support/arrays.ts";
import { ACTIVATIONS, drawActivation, followedBy } from "./activations.ts";
import { productsError, sumError } from "./cases.ts";
import { Draw } from "./draw.ts";
import { type Forced, forced } from "./forced.ts";
import type { OpSpec, SpecCase } from "./spec.ts";

/** Most multiply-adds of a drawn case: several tiles of 64x64 along two axes, or long sums. */
const MOST = 150_000;

/** Rows, columns and inner size of a product, now and then with a width that is no multiple of four. */
function drawSizes(draw: Draw): [m: number, n: number, k: number] {
  const sizes = draw.shape(3, { most: MOST });
  if (draw.flag(0.25)) {
    sizes.forEach((_, axis) => {
      sizes[axis] = draw.size(1, 11);
    });
    sizes[draw.integer(0, 2)] = draw.pick([10, 110, 794]);
  }
  return sizes as [number, number, number];
}

/** Sizes one of which is so long that launchers cut it into parts, and the others so small that they are worth it. */
function drawLongSizes(draw: Draw): [m: number, n: number, k: number] {
  const sizes: [number, number, number] = [draw.size(1, 17), draw.size(1, 9), draw.size(1, 9)];
  sizes[draw.integer(0, 2)] = draw.pick([512, 513, 770, 1024, 1100, 2049]);
  return sizes;
}

/** Batch axes of two operands that broadcast. */
function drawBatches(draw: Draw, most: number): [a: number[], b: number[]] {
  const batch = Array.from({ length: draw.integer(0, most) }, () => (draw.flag(0.04) ? 0 : draw.pick([1, 2, 3, 5])));
  const own = () => batch.slice(draw.integer(0, batch.length)).map((size) => (draw.flag(0.3) ? 1 : size));
  return draw.flag() ? [batch, own()] : [own(), batch];
}

interface Product {
  readonly sizes: readonly [m: number, n: number, k: number];
  readonly batches?: readonly [a: readonly number[], b: readonly number[]];
  readonly options?: MatmulOptions;
  readonly gradient?: boolean;
}

function productCase(draw: Draw, { sizes, batches = [[], []], options = {}, gradient = true }: Product): SpecCase {
  const [m, n, k] = sizes;
  const { transposeA = false, transposeB = false } = options;
  const a = draw.values([...batches[0], ...(transposeA ? [k, m] : [m, k])]);
  const b = draw.values([...batches[1], ...(transposeB ? [n, k] : [k, n])]);
  const repeats = Math.max(1, ...batches.map((batch) => batch.reduce((x, y) => x * y, 1)));
  return {
    label: `[${a.shape}]${transposeA ? "ᵀ" : ""} x [${b.shape}]${transposeB ? "ᵀ" : ""}`,
    inputs: [a, b],
    op: (x, y) => matmul(x!, y!, options),
    oracle: (x, y) => oracle.matmul(x!, y!, transposeA, transposeB),
    ...(gradient ? { gradient: (g, x, y) => oracle.matmulGradient(g, x!, y!, transposeA, transposeB) } : {}),
    absolute: productsError(k),
    // Sums over n or m and the batches that share an operand.
    gradientAbsolute: sumError(Math.max(k, Math.max(m, n) * repeats)),
  };
}

const drawOptions = (draw: Draw): MatmulOptions => ({ transposeA: draw.flag(), transposeB: draw.flag() });

const MATMUL: OpSpec = {
  name: "matmul",
  draw(draw) {
    const batches = drawBatches(draw, 3);
    const sizes = batches[0].length + batches[1].length > 0 ? draw.shape(3, { most: MOST / 50 }) : drawSizes(draw);
    return productCase(draw, { sizes: sizes as [number, number, number], batches, options: drawOptions(draw) });
  },
  large: [
    // A workgroup or more for each of so many batches.
    () => productCase(new Draw(1), { sizes: [2, 3, 2], batches: [[66_000], [66_000]], gradient: false }),
    () => productCase(new Draw(2), { sizes: [17, 65, 33], batches: [[133], [7, 1]], gradient: false }),
    () => productCase(new Draw(3), { sizes: [500, 110, 794], options: { transposeB: true } }),
  ],
};

/** One element of the result per invocation: 64 in a workgroup. */
const MANY_ROWS = () => productCase(new Draw(4), { sizes: [65_535 * 64 + 65, 1, 1], gradient: false });

function linearCase(draw: Draw, rows: readonly number[], features: number, out: number, hasBias: boolean): SpecCase {
  const inputs: Array64[] = [draw.values([...rows, features]), draw.values([out, features])];
  if (hasBias) inputs.push(draw.signed([out]));
  const count = rows.reduce((x, y) => x * y, 1);
  return {
    label: `x [${inputs[0]!.shape}], weight [${inputs[1]!.shape}]${hasBias ? ", bias" : ""}`,
    inputs,
    op: (x, w, bias) => linear(x!, w!, bias),
    oracle: (x, w, bias) => oracle.linear(x!, w!, bias),
    gradient: (g, x, w) => oracle.linearGradient(g, x!, w!).slice(0, inputs.length),
    absolute: productsError(features),
    // Sums over the results and the rows.
    gradientAbsolute: sumError(Math.max(features, out, count)),
  };
}

const LINEAR: OpSpec = {
  name: "linear",
  draw(draw) {
    const [m, out, features] = drawSizes(draw);
    const rows = draw.pick([[m], [m], [m, 1], [1, m], m % 2 === 0 ? [2, m / 2] : [m, 1, 1], []]);
    return linearCase(draw, rows, features, out, draw.flag(0.7));
  },
  large: [
    () => linearCase(new Draw(5), [500], 794, 110, true),
    () => linearCase(new Draw(6), [7, 19], 110, 513, false),
  ],
};

/** Linear layers with a bias or none, followed by any activation or none. */
const LINEAR_ACTIVATED: OpSpec = {
  name: "linear",
  draw: (draw) => followedBy(draw, LINEAR, drawActivation(draw)),
  large: LINEAR.large!,
};

/** Products with a long inner size in the forward pass or in a gradient. */
const LONG: OpSpec = {
  name: "matmul",
  draw(draw) {
    const batch = draw.pick([[], [], [1], [2]]);
    return productCase(draw, { sizes: drawLongSizes(draw), batches: [batch, batch], options: drawOptions(draw) });
  },
  large: [() => productCase(new Draw(7), { sizes: [33, 65, 20_001], gradient: false })],
};

const NAIVE: Forced = { variant: "naive", capabilities: { software: true, subgroupSize: 0 } };
/** Each variant above the first rung, on adapters of either family. */
const chosen = (variant: MatmulVariant, software: boolean): Forced => ({
  variant,
  capabilities: { software, choose: () => variant },
  runs: (capabilities) => supportsMatmul(variant, capabilities),
});
const RUNGS = MATMUL_VARIANTS.filter((variant) => variant !== "naive").map((variant) =>
  chosen(variant, variant.startsWith("subgroup")),
);
const SPLITTING = RUNGS.filter(({ variant }) => /^(tiled|subgroup)/.test(variant));

/** Matrix products and linear layers, alone, followed by activations that the plan fuses, and by each variant. */
export const PRODUCT_SPECS: readonly OpSpec[] = [
  MATMUL,
  LINEAR,
  ...[MATMUL, LINEAR].flatMap((spec) =>
    ACTIVATIONS.map(
      (activation): OpSpec => ({
        name: `${spec.name} (fused ${activation.name})`,
        draw: (draw) => followedBy(draw, spec, activation),
        large: [() => followedBy(new Draw(8), { draw: (draw) => linearCase(draw, [133], 33, 10, true) }, activation)],
      }),
    ),
  ),
  forced({ ...MATMUL, large: [...MATMUL.large!, MANY_ROWS] }, NAIVE),
  ...RUNGS.map((variant) => forced(MATMUL, variant)),
  ...SPLITTING.map((by) => forced(LONG, { ...by, variant: `${by.variant}, split K` })),
  ...[NAIVE, ...RUNGS].map((variant) => forced(LINEAR_ACTIVATED, variant)),
];
