import { describe, expect, it } from "vitest";
import { grad } from "../../../src/autograd/grad.ts";
import { avgPool2d } from "../../../src/autograd/ops/avg_pool2d.ts";
import { conv2d, convTranspose2d } from "../../../src/autograd/ops/conv2d.ts";
import { relu } from "../../../src/autograd/ops/elementwise.ts";
import { linear, matmul } from "../../../src/autograd/ops/matmul.ts";
import { maxPool2d } from "../../../src/autograd/ops/max_pool2d.ts";
import type { Tensor } from "../../../src/autograd/tensor.ts";
import type { Capabilities } from "../../../src/gpu/launch.ts";
import * as oracle from "../../oracle/conv2d.ts";
import { launchedFor } from "../../specs/forced.ts";
import { type Array64, random } from "../../support/arrays.ts";
import { differences, expectBits, floats, results } from "../../support/special_values.ts";

const { POSITIVE_INFINITY: INF, NEGATIVE_INFINITY: NEG, NaN: NAN } = Number;

/** The rungs of the ladders. */
const RUNGS: readonly (readonly [string, Partial<Capabilities>])[] = [
  ["naive", { software: true, subgroupSize: 0 }],
  ["for GPUs", { software: false }],
  ["the adapter's own", {}],
];
const byEveryRung = (op: () => readonly Tensor[]) => RUNGS.flatMap(([, other]) => launchedFor(other, op));

/** A · B by IEEE arithmetic. */
function product(a: readonly number[], b: readonly number[], m: number, k: number, n: number): number[] {
  return Array.from({ length: m * n }, (_, i) => {
    let total = 0;
    for (let j = 0; j < k; j++) total += a[Math.floor(i / n) * k + j]! * b[j * n + (i % n)]!;
    return total;
  });
}

const turned = (a: readonly number[], rows: number, columns: number) =>
  Array.from({ length: a.length }, (_, i) => a[(i % rows) * columns + Math.floor(i / rows)]!);

describe("products", () => {
  // Sizes beside those of tiles, with infinities, NaN and zeros in the first, the last and a middle row and column.
  it.each([
    [3, 5, 7],
    [17, 33, 9],
    [4, 8, 12],
    [1, 1, 1],
    [19, 700, 5],
  ])("%i x %i times %i: Inf * 0 and NaN reach their row and column and nothing else", async (m, k, n) => {
    const a = Array.from({ length: m * k }, (_, i) => (i % 3) - 1);
    const b = Array.from({ length: k * n }, (_, i) => (i % 4) - 1);
    a[0] = INF;
    a[m * k - 1] = NAN;
    b[k * n - 1] = NEG;
    b[Math.floor(k / 2) * n] = INF;
    const all = await results(
      (x, y, xt, yt) =>
        byEveryRung(() => [
          matmul(x!, y!),
          matmul(xt!, y!, { transposeA: true }),
          matmul(x!, yt!, { transposeB: true }),
          relu(linear(x!, yt!)),
        ]),
      [floats(a, [m, k]), floats(b, [k, n]), floats(turned(a, m, k), [k, m]), floats(turned(b, k, n), [n, k])],
    );
    const plain = product(a, b, m, k, n);
    const found = all.flatMap((c, i) =>
      differences(
        c,
        i % 4 === 3 ? plain.map((v) => (v <= 0 ? 0 : v)) : plain,
        `${RUNGS[Math.floor(i / 4)]![0]}, way ${i % 4}`,
        {
          anyZero: true,
        },
      ),
    );
    expect(found).toEqual([]);
  });

  it("sums that overflow are infinite; of nothing they are +0", async () => {
    const all = await results(
      (x, y, none, nothing) => byEveryRung(() => [matmul(x!, y!), matmul(none!, nothing!)]),
      [floats([3e38, 3e38, 3e38, -3e38], [2, 2]), floats([1, 1], [2, 1]), floats([], [2, 0]), floats([], [0, 2])],
    );
    all.forEach((c, i) => {
      expectBits(c, i % 2 === 0 ? [INF, 0] : [0, 0, 0, 0], RUNGS[Math.floor(i / 2)]![0]);
    });
  });
});

describe("convolutions", () => {
  const image = (bad: Readonly<Record<number, number>>, shape: readonly number[]): Array64 => {
    const x = random(shape, 1);
    for (const [at, value] of Object.entries(bad)) x.data[Number(at)] = value;
    return x;
  };
  const host = (x: Array64) => floats(Array.from(x.data), x.shape);
  const options = { stride: [2, 1], padding: [1, 1, 2, 1], dilation: [1, 1], groups: 1 } as const;

  // Corners, so that windows meet padding and infinities at once; the sizes leave tiles partly empty.
  const bad = { 0: INF, 34: NEG, 35: NAN, 104: INF };
  const near = { relative: 1e-5, absolute: 1e-5 };
  const compare = (all: readonly Float32Array[], expected: readonly Array64[]) =>
    all.flatMap((y, i) =>
      differences(
        y,
        expected[i % expected.length]!.data,
        `${i % expected.length}, ${RUNGS[Math.floor(i / expected.length)]![0]}`,
        near,
      ),
    );

  it("padding makes no NaN out of an infinity, and NaN stays where it is met", async () => {
    const [x, w] = [image(bad, [1, 3, 5, 7]), random([5, 3, 3, 3], 2, 0.5, 1)];
    const y = oracle.conv2d(x, w, undefined, options);
    const ones = { ...y, data: y.data.map(() => 1) };
    const g = image({ 0: INF, 17: NAN, [y.data.length - 1]: NEG }, y.shape);
    const all = await results(
      (a, b, one, seed) =>
        byEveryRung(() => {
          const result = conv2d(a!, b!, undefined, options);
          const active = relu(conv2d(a!, b!, undefined, options));
          return [result, active, ...grad(result, [b!], one!), ...grad(result, [a!], seed!)];
        }),
      [x, w, ones, g].map(host),
    );
    const [, dw] = oracle.conv2dGradient(ones, x, w, options);
    const [dx] = oracle.conv2dGradient(g, x, w, options);
    const active = { ...y, data: y.data.map((v) => (v <= 0 ? 0 : v)) };
    expect(compare(all, [y, active, dw!, dx!])).toEqual([]);
  });

  it("nor does that of the transposed convolution and its gradients", async () => {
    const settings = { ...options, padding: [1, 1, 1, 1], outputPadding: [1, 0] } as const;
    const [x, w] = [image(bad, [1, 3, 5, 7]), random([3, 5, 3, 3], 2, 0.5, 1)];
    const y = oracle.convTranspose2d(x, w, undefined, settings);
    const g = image({ 0: INF, 17: NAN, [y.data.length - 1]: NEG }, y.shape);
    const finite = random(x.shape, 3);
    const all = await results(
      (a, b, seed, c) =>
        byEveryRung(() => [
          convTranspose2d(a!, b!, undefined, settings),
          ...grad(convTranspose2d(c!, b!, undefined, settings), [c!, b!], seed!),
        ]),
      [x, w, g, finite].map(host),
    );
    const [dx, dw] = oracle.convTranspose2dGradient(g, finite, w, settings);
    expect(compare(all, [y, dx!, dw!])).toEqual([]);
  });
});

describe("poolings", () => {
  const x = [
    [NAN, 1, 2, 3],
    [1, 1, 3, NAN],
    [INF, 1, NEG, NEG],
    [1, NEG, NEG, NEG],
  ].flat();
  const [largest, means] = [
    [NAN, NAN, INF, NEG],
    [NAN, NAN, NAN, NEG],
  ];
  const widened = x.flatMap((v, i) => (i % 4 === 3 ? [v, 9] : [v]));

  it.each([
    ["2x2", 4, x],
    ["general", 5, widened],
  ])("%s: NaN wins, infinities are ordered, and the winner alone gets the gradient", async (_, columns, data) => {
    const [y, z, g, h] = await results(
      (t, seed) => [
        maxPool2d(t!, 2),
        avgPool2d(t!, 2),
        ...grad(maxPool2d(t!, 2), [t!], seed!),
        ...grad(maxPool2d(relu(t!), 2), [t!], seed!),
      ],
      [floats(data, [1, 1, 4, columns]), floats([1, 2, INF, 4], [1, 1, 2, 2])],
    );
    expectBits(y!, largest, "maxPool2d");
    expectBits(z!, means, "avgPool2d");
    const winners: Readonly<Record<number, number>> = { 0: 1, 7: 2, 8: INF, 10: 4 };
    const gradient = Array.from({ length: 4 * columns }, (__, i) =>
      i % columns < 4 ? (winners[Math.floor(i / columns) * 4 + (i % columns)] ?? 0) : 0,
    );
    expectBits(g!, gradient, "gradient");
    // Behind relu the window of -infinities has lost: its result is 0.
    expectBits(
      h!,
      gradient.map((v) => (v === 4 ? 0 : v)),
      "gradient through relu",
    );
  });

  it("padding is below every number, also below -infinity, and no element of an average", async () => {
    const [y, z, g] = await results(
      (t, seed) => [
        maxPool2d(t!, 3, { stride: 2, padding: 1 }),
        avgPool2d(t!, 3, { stride: 2, padding: 1, countIncludePad: false }),
        ...grad(avgPool2d(t!, 3, { stride: 2, padding: 1 }), [t!], seed!),
      ],
      [floats([NEG, NEG, NEG, INF, NEG, NEG, 1, 1, 1], [1, 1, 3, 3]), floats([INF, 9, 18, 27], [1, 1, 2, 2])],
    );
    expectBits(y!, [INF, NEG, INF, 1], "maxPool2d");
    expectBits(z!, [NAN, NEG, NAN, NEG], "avgPool2d");
    expectBits(g!, [INF, INF, 1, INF, INF, 4, 2, 5, 3], "gradient");
  });
});
