import { expect, it } from "vitest";
import { compile } from "../../../src/autograd/compile.ts";
import { evaluate } from "../../../src/autograd/evaluate.ts";
import { grad } from "../../../src/autograd/grad.ts";
import { packBytes, quantizeImages } from "../../../src/autograd/ops/batch.ts";
import { cast } from "../../../src/autograd/ops/cast.ts";
import { concat } from "../../../src/autograd/ops/concat.ts";
import { confusionCounts } from "../../../src/autograd/ops/confusion_counts.ts";
import { add, full, mul } from "../../../src/autograd/ops/elementwise.ts";
import { embedding } from "../../../src/autograd/ops/embedding.ts";
import { gather, indexSelect } from "../../../src/autograd/ops/gather.ts";
import { oneHot } from "../../../src/autograd/ops/one_hot.ts";
import { permute } from "../../../src/autograd/ops/permute.ts";
import { detach, reshape } from "../../../src/autograd/ops/reshape.ts";
import { slice } from "../../../src/autograd/ops/slice.ts";
import { expand } from "../../../src/autograd/ops/sum.ts";
import { where } from "../../../src/autograd/ops/where.ts";
import { type Tensor, Variable } from "../../../src/autograd/tensor.ts";
import { testDevice } from "../../support/device.ts";
import { BIG, expectBits, floats, MAX, results, SPECIALS, TINY } from "../../support/special_values.ts";

const { POSITIVE_INFINITY: INF, NEGATIVE_INFINITY: NEG, NaN: NAN } = Number;
const n = SPECIALS.length;
const places = Array.from({ length: n }, (_, i) => i);
const u32 = (values: readonly number[], shape = [values.length]) => ({ data: Uint32Array.from(values), shape });

it("copies keep every special number, and gradients of copies are 0 where nothing was taken", async () => {
  const COPIES: Readonly<Record<string, readonly [op: (x: Tensor, all: Tensor) => Tensor, from: readonly number[]]>> = {
    reshape: [(x) => reshape(x, [n, 1]), places],
    detach: [(x) => detach(x), places],
    permute: [(x) => permute(reshape(x, [3, 5]), [1, 0]), places.map((i) => (i % 3) * 5 + Math.floor(i / 3))],
    slice: [(x) => slice(x, [2], [4], [3]), [2, 5, 8, 11]],
    concat: [(x) => concat([x, slice(x, [0], [5])]), [...places, 0, 1, 2, 3, 4]],
    expand: [(x) => expand(x, [2, n]), [...places, ...places]],
    gather: [(x, all) => gather(x, all, 0), places],
    indexSelect: [(x, all) => indexSelect(x, 0, all), places],
    embedding: [(x, all) => reshape(embedding(all, reshape(x, [n, 1])), [n]), places],
    where: [(x, all) => where(cast(add(mul(cast(all, "f32"), 0), 1), "u32"), x, NAN), places],
  };
  const all = await results(
    (x, indices) => Object.values(COPIES).map(([op]) => op(x!, indices!)),
    [floats(SPECIALS), u32(places)],
  );
  Object.entries(COPIES).forEach(([name, [, from]], k) => {
    expectBits(
      all[k]!,
      from.map((i) => SPECIALS[i]!),
      name,
    );
  });
  const bad = Array.from({ length: 4 }, () => NAN);
  const gradients = await results(
    (x, seed) => [
      ...grad(slice(x!, [2], [4], [3]), [x!], seed!),
      ...grad(indexSelect(x!, 0, cast(full([4], 7), "u32")), [x!], seed!),
      ...grad(where(cast(full([n], 0), "u32"), x!, 1), [x!], full([n], INF)),
    ],
    [floats(SPECIALS), floats(bad)],
  );
  expectBits(
    gradients[0]!,
    places.map((i) => ([2, 5, 8, 11].includes(i) ? NAN : 0)),
    "slice",
  );
  expectBits(
    gradients[1]!,
    places.map((i) => (i === 7 ? NAN : 0)),
    "indexSelect",
  );
  expectBits(
    gradients[2]!,
    places.map(() => 0),
    "where",
  );
});

it("constants are written bit for bit, alone and within other kernels", async () => {
  const constants = [...SPECIALS, 1e39, -1e39, 0.1, 16_777_217];
  const all = await results(
    (x) => constants.flatMap((value) => [full([5], value), mul(x!, full([4], value))]),
    [floats([1, 1, 1, 1])],
  );
  constants.forEach((value, i) => {
    expectBits(all[2 * i]!, Array(5).fill(value), `full ${value}`);
    // A driver may fold a product with a constant zero, and then drops the zero's sign.
    const product = Object.is(value, -0) ? all[2 * i + 1]!.map(Math.abs) : all[2 * i + 1]!;
    expectBits(product, Array(4).fill(Object.is(value, -0) ? 0 : value), `product with ${value}`);
  });
});

it("casts of NaN are 0, and of numbers beyond the type its bound as far as f32 can say it", async () => {
  const x = [NAN, NAN, NAN, INF, NEG, MAX, -MAX, 2 ** 31, -(2 ** 31), 2 ** 32, -0, -0.9, 0.9, -1.9, TINY, BIG];
  for (const values of [x, [...x, 3]]) {
    const [i, u] = await evaluate(await testDevice(), (t) => [cast(t!, "i32"), cast(t!, "u32")], [floats(values)]);
    const near = (value: number, bound: number) => (value >= bound - 128 * (bound > 2 ** 31 ? 2 : 1) ? bound : value);
    const [top, low] = [2 ** 31 - 1, -(2 ** 31)];
    const most = 2 ** 32 - 1;
    const signed = [0, 0, 0, top, low, top, low, top, low, top, 0, 0, 0, -1, 0, BIG, 3];
    const unsigned = [0, 0, 0, most, 0, most, 0, 2 ** 31, 0, most, 0, 0, 0, 0, 0, BIG, 3];
    expect(Array.from(i!.data, (v) => near(v, top))).toEqual(signed.slice(0, values.length));
    expect(Array.from(u!.data, (v) => near(v, most))).toEqual(unsigned.slice(0, values.length));
  }
  const [y] = await results(
    (i, u) => [concat([cast(i!, "f32"), cast(u!, "f32")])],
    [{ data: Int32Array.of(-1, -(2 ** 31), 2 ** 31 - 1), shape: [3] }, u32([0, 0xffffffff, 0x7fc00000])],
  );
  expectBits(y!, [-1, -(2 ** 31), 2 ** 31, 0, 2 ** 32, 0x7fc00000], "to f32");
});

it("indices that are out of range: nearest row, NaN, zeros, or left out, and no gradient beyond the table", async () => {
  const device = await testDevice();
  const out = u32([0, 2, 3, 0xffffffff]);
  const table = floats([1, 2, 3], [3, 1]);
  const counts = new Variable(new Uint32Array(9), [3, 3]);
  const [nearest, rows, hot, toRows, toTable] = await evaluate(
    device,
    (k, t) => {
      confusionCounts(counts, k!, k!);
      const picked = indexSelect(t!, 0, k!);
      const embedded = embedding(k!, t!);
      return [
        picked,
        embedded,
        oneHot(k!, 3),
        ...grad(picked, [t!], full([4, 1], 1)),
        ...grad(embedded, [t!], full([4, 1], 1)),
      ];
    },
    [out, table],
  );
  expectBits(nearest!.data as Float32Array, [1, 3, 3, 3], "indexSelect");
  expectBits(rows!.data as Float32Array, [1, 3, NAN, NAN], "embedding");
  expectBits(hot!.data as Float32Array, [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0], "oneHot");
  expectBits(toRows!.data as Float32Array, [1, 0, 3], "gradient of indexSelect");
  expectBits(toTable!.data as Float32Array, [1, 0, 1], "gradient of embedding");
  expect(Array.from(await counts.read())).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 1]);
  const signed = { data: Int32Array.of(-1, -3, -4, 3), shape: [4] };
  const [fromEnd] = await evaluate(device, (k, t) => [indexSelect(t!, 0, k!)], [signed, table]);
  expectBits(fromEnd!.data as Float32Array, [3, 1, 1, 3], "indices from the end");
});

it("quantizeImages bounds infinities and makes NaN 0", async () => {
  const device = await testDevice();
  const x = new Variable(floats([NAN, INF, NEG, -0, 1, -1, MAX, -MAX]).data, [8]);
  const step = await compile(device, () => ({ bytes: quantizeImages(x) }));
  step.run();
  expect(await step.read("bytes")).toEqual(packBytes(Uint8Array.of(0, 255, 0, 128, 255, 0, 255, 0)));
});
