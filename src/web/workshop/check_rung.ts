import type { Device } from "../../gpu/device.ts";
import { type ConvGeometry, sameConvolution } from "../../kernels/conv2d/geometry.ts";
import { slopes } from "./finite_differences.ts";
import {
  convShapes,
  convWork,
  drawn,
  type LadderWork,
  type Product,
  productWork,
  weightGradientWork,
} from "./ladder_work.ts";
import type { LadderName, Rung } from "./ladders.ts";
import { conv2dOracle, matmulOracle, weightGradientOracle } from "./oracle.ts";
import { runTrial, TrialError } from "./trial.ts";
import { type CheckedCase, compare, type Expected, type Verdict, within } from "./verdict.ts";

interface RungCase {
  readonly name: string;
  readonly work: LadderWork;
  readonly expected: () => Expected;
}

/** What a rung's text is worth: its results against the oracle, and as a gradient against finite differences. */
export interface RungVerdict {
  readonly oracle: Verdict;
  /** Absent where the text did not get so far. */
  readonly gradient?: Verdict;
}

/** Checks a text in a rung's place. `device` should be a guarded one. */
export async function checkRung(device: Device, ladder: LadderName, rung: Rung, text: string): Promise<RungVerdict> {
  const { oracle, gradient } = CASES[ladder];
  const first = await checkCases(device, rung, text, oracle());
  if (first.kind !== "checked") return { oracle: first };
  return { oracle: first, gradient: await checkCases(device, rung, text, gradient()) };
}

async function checkCases(device: Device, rung: Rung, text: string, cases: readonly RungCase[]): Promise<Verdict> {
  const checked: CheckedCase[] = [];
  for (const { name, work, expected } of cases) {
    const { inputs, shape } = work;
    try {
      const got = await runTrial(device, { inputs, shape, lower: work.lower(rung.variant), file: rung.file }, text);
      checked.push(compare(name, got, expected(), shape));
    } catch (error) {
      if (!(error instanceof TrialError)) throw error;
      if (error.kind !== "bounds") return { kind: error.kind, complaints: error.complaints };
      checked.push({ name, right: false, message: error.message });
    }
  }
  return { kind: "checked", right: checked.every(({ right }) => right), cases: checked };
}

function productCase(product: Product): RungCase {
  const { m, n, k } = product;
  const [a, b] = [drawn([m, k], 1), drawn([k, n], 2)];
  return {
    name: `${m} x ${k} times ${k} x ${n}`,
    work: productWork(product, a, b),
    expected: () => matmulOracle(a, b, product),
  };
}

/** The loss is the sum of G times C, element by element: its slopes in A and in B are products again. */
function productGradients({ m, n, k }: Product): RungCase[] {
  const [a, b, g] = [drawn([m, k], 1), drawn([k, n], 2), drawn([m, n], 3)];
  const loss = (x: ArrayLike<number>, y: ArrayLike<number>) =>
    matmulOracle(x, y, { m, n, k }).values.reduce((total, value, i) => total + value * g[i]!, 0);
  return [
    {
      name: "slope in A, which is G times B transposed",
      work: productWork({ m, n: k, k: n, transposeB: true }, g, b),
      expected: () => within(slopes(a, (x) => loss(x, b))),
    },
    {
      name: "slope in B, which is A transposed times G",
      work: productWork({ m: k, n, k: m, transposeA: true }, a, g),
      expected: () => within(slopes(b, (x) => loss(a, x))),
    },
  ];
}

function convCase(name: string, geometry: ConvGeometry): RungCase {
  const shapes = convShapes(geometry);
  const [x, w] = [drawn(shapes.image, 1), drawn(shapes.weight, 2)];
  return { name, work: convWork("forward", geometry, x, w), expected: () => conv2dOracle(x, w, geometry) };
}

function convGradient(geometry: ConvGeometry): RungCase {
  const shapes = convShapes(geometry);
  const [x, w, g] = [drawn(shapes.image, 1), drawn(shapes.weight, 2), drawn(shapes.feature, 3)];
  const loss = (image: ArrayLike<number>) =>
    conv2dOracle(image, w, geometry).values.reduce((total, value, i) => total + value * g[i]!, 0);
  return {
    name: `slope in the image, stride ${geometry.stride[0]}`,
    work: convWork("backward", geometry, g, w),
    expected: () => within(slopes(x, loss)),
  };
}

function weightsCase(name: string, geometry: ConvGeometry): RungCase {
  const shapes = convShapes(geometry);
  const [x, g] = [drawn(shapes.image, 1), drawn(shapes.feature, 3)];
  return { name, work: weightGradientWork(geometry, x, g), expected: () => weightGradientOracle(x, g, geometry) };
}

/** The loss is the sum of g times the convolution, element by element. */
function weightsGradient(geometry: ConvGeometry): RungCase {
  const shapes = convShapes(geometry);
  const [x, w, g] = [drawn(shapes.image, 1), drawn(shapes.weight, 2), drawn(shapes.feature, 3)];
  const loss = (weights: ArrayLike<number>) =>
    conv2dOracle(x, weights, geometry).values.reduce((total, value, i) => total + value * g[i]!, 0);
  return {
    name: `slope in the weights, stride ${geometry.stride[0]}`,
    work: weightGradientWork(geometry, x, g),
    expected: () => within(slopes(w, loss)),
  };
}

const STRIDED: ConvGeometry = { ...sameConvolution(2, 3, 5, 9), featureSize: [5, 5], stride: [2, 2] };
const GROUPED: ConvGeometry = {
  ...sameConvolution(2, 2, 3, 8),
  groups: 2,
  featureSize: [6, 8],
  padding: [1, 2],
  dilation: [2, 2],
};
const SMALL = sameConvolution(1, 2, 2, 5);
const SMALL_STRIDED: ConvGeometry = { ...SMALL, featureSize: [3, 3], stride: [2, 2] };

/** Sizes with remainders on every side, so that a tile's edges are met. */
const CASES: Readonly<Record<LadderName, { oracle: () => RungCase[]; gradient: () => RungCase[] }>> = {
  matmul: {
    oracle: () =>
      [
        { m: 64, n: 64, k: 64 },
        { m: 1, n: 1, k: 1 },
        { m: 70, n: 131, k: 33 },
      ].map(productCase),
    gradient: () => productGradients({ m: 18, n: 34, k: 12 }),
  },
  conv2d: {
    oracle: () => [
      convCase("3x3, padding 1", sameConvolution(2, 3, 5, 14)),
      convCase("stride 2", STRIDED),
      convCase("two groups, dilation 2", GROUPED),
    ],
    gradient: () => [convGradient(SMALL), convGradient(SMALL_STRIDED)],
  },
  "conv2d-weights": {
    oracle: () => [
      weightsCase("3x3, padding 1", sameConvolution(2, 3, 5, 14)),
      weightsCase("stride 2", STRIDED),
      weightsCase("two groups, dilation 2", GROUPED),
    ],
    gradient: () => [weightsGradient(SMALL), weightsGradient(SMALL_STRIDED)],
  },
};
