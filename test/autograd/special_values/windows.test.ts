import { describe, expect, it } from "vitest";
import { grad } from "../../../src/autograd/grad.ts";
import { avgPool2d } from "../../../src/autograd/ops/avg_pool2d.ts";
import { conv2d, convTranspose2d } from "../../../src/autograd/ops/conv2d.ts";
import { mul, relu } from "../../../src/autograd/ops/elementwise.ts";
import { linear, matmul } from "../../../src/autograd/ops/matmul.ts";
import { maxPool2d } from "../../../src/autograd/ops/max_pool2d.ts";
import { reshape } from "../../../src/autograd/ops/reshape.ts";
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
      differences(c, i % 4 === 3 ? plain.map((v) => (v <= 0 ? 0 : v)) : plain, `${RUNGS[Math.floor(i / 4)]![0]}, way ${i % 4}`, {
        anyZero: true,
      }),
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
  it("padding makes no NaN out of an infinity, and NaN stays in the windows that hold it", async () => {
    const x = image({ 0: INF, 34: NEG, 35: NAN, 104: INF }, [1, 3, 5, 7]);
    const w = random([5, 3, 3, 3], 2, 0.5, 1);
    const all = await results((a, b) => byEveryRung(() => [conv2d(a!, b!, undefined, options)]), [host(x), host(w)]);
    const expected = oracle.conv2d(x, w, undefined, options).data;
    const found = all.flatMap((y, i) => differences(y, expected, RUNGS[i]![0], { relative: 1e-5, absolute: 1e-5 }));
    expect(found).toEqual([]);
  });

  it("so do the transposed convolution and the gradients", async () => {
    const settings = { ...options, padding: [1, 1, 1, 1], outputPadding: [1, 0] } as const;
    const x = image({ 0: INF, 30: NAN, 59: NEG }, [1, 3, 4, 5]);
    const w = random([3, 5, 3, 3], 2, 0.5, 1);
    const expected = oracle.convTranspose2d(x, w, undefined, settings);
    const all = await results(
      (a, b, seed) =>
        byEveryRung(() => {
          const y = convTranspose2d(a!, b!, undefined, settings);
          return [y, ...grad(y, [b!], seed!)];
        }),
      [host(x), host(w), host({ ...expected, data: expected.data.map(() => 1) })],
    );
    const found = all.flatMap((y, i) =>
      i % 2 === 0
        ? differences(y, expected.data, RUNGS[i / 2]![0], { relative: 1e-5, absolute: 1e-5 })
        : // An input channel's weights meet the channel's image alone: infinity, NaN and -infinity, one in each.
          differences(y, channelGradients(expected.shape, 3), `gradient, ${RUNGS[(i - 1) / 2]![0]}`, { anyZero: true }),
    );
    expect(found).toEqual([]);
  });

  /** All weights see the whole image of their channel, for a gradient of ones, unless the tap falls outside. */
  function channelGradients(shape: readonly number[], channels: number): number[] {
    const bad = [INF, NAN, NEG];
    const places = [[0, 0], [2, 0], [3, 4]] as const;
    return Array.from({ length: channels * 45 }, (_, i) => {
      const [channel, tap] = [Math.floor(i / 45), i % 9];
      const [row, column] = places[channel]!;
      const y = row * 2 - 1 + Math.floor(tap / 3);
      const x = column - 1 + (tap % 3);
      const inside = y >= 0 && y < shape[2]! && x >= 0 && x < shape[3]!;
      return inside ? bad[channel]! : 0;
    });
  }
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

  it.each([
    ["2x2", [1, 1, 4, 4], x, largest, means],
    ["general (an odd column)", [1, 1, 4, 5], x.flatMap((v, i) => (i % 4 === 3 ? [v, 9] : [v])), largest, means],
  ])("%s: NaN wins over all, padding and infinities are ordered", async (_, shape, data, most, mean) => {
    const [y, z, g] = await results(
      (t) => {
        const pooled = maxPool2d(t!, 2);
        return [pooled, avgPool2d(t!, 2), ...grad(pooled, [t!], mul(reshape(detached(pooled), pooled.shape), 0))];
      },
      [floats(data, shape)],
    );
    expectBits(y!, most, "maxPool2d");
    expectBits(z!, mean, "avgPool2d");
    expect(g!.length).toBe(data.length);
  });
});
