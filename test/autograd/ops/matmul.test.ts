import { describe, expect, it } from "vitest";
import { evaluate } from "../../../src/autograd/evaluate.ts";
import { leakyRelu, relu } from "../../../src/autograd/ops/elementwise.ts";
import { linear, matmul } from "../../../src/autograd/ops/matmul.ts";
import { recordOne } from "../../../src/autograd/record.ts";
import {
  matmul as launch,
  MATMUL_VARIANTS,
  type MatmulCall,
  supportsMatmul,
} from "../../../src/kernels/matmul/matmul.ts";
import { matmul as oracle } from "../../oracle/matmul.ts";
import { array, random } from "../../support/arrays.ts";
import { checkOp, expectClose, toHost } from "../../support/check.ts";
import { testDevice } from "../../support/device.ts";

const SIZES: readonly [number, number, number][] = [
  [1, 1, 1],
  [2, 3, 4],
  [5, 7, 11],
  [16, 64, 4],
  [17, 65, 13],
  [33, 10, 30],
  [64, 128, 36],
  [70, 130, 37],
  [1, 200, 300],
  [129, 1, 257],
  [3, 0, 5],
  [0, 4, 3],
  [3, 4, 0],
];

describe("matmul", () => {
  for (const [m, n, k] of SIZES) {
    for (const [transposeA, transposeB] of [
      [false, false],
      [false, true],
      [true, false],
      [true, true],
    ] as const) {
      it(`${m}x${k} times ${k}x${n}${transposeA ? ", A transposed" : ""}${transposeB ? ", B transposed" : ""}`, async () => {
        await checkOp({
          op: (a, b) => matmul(a, b, { transposeA, transposeB }),
          oracle: (a, b) => oracle(a, b, transposeA, transposeB),
          inputs: [random(transposeA ? [k, m] : [m, k], 1), random(transposeB ? [n, k] : [k, n], 2)],
          // The oracle is linear in each operand: its differences are exact, but long sums weigh rounding.
          absolute: 1e-6 * Math.max(1, Math.sqrt(k)),
        });
      });
    }
  }

  for (const [a, b] of [
    [
      [2, 3, 4],
      [2, 4, 5],
    ],
    [
      [3, 4],
      [2, 4, 5],
    ],
    [
      [2, 3, 4],
      [4, 5],
    ],
    [
      [2, 1, 3, 4],
      [3, 4, 2],
    ],
    [
      [1, 3, 4],
      [5, 4, 2],
    ],
  ] as const) {
    it(`broadcasts batches of [${a}] and [${b}]`, async () => {
      await checkOp({
        op: (x, y) => matmul(x, y),
        oracle: (x, y) => oracle(x, y),
        inputs: [random(a, 3), random(b, 4)],
      });
    });
  }

  it("linear adds the bias and fuses the activation", async () => {
    await checkOp({
      op: (x, w, b) => leakyRelu(linear(x, w, b), 0.2),
      oracle: (x, w, b) => {
        const y = oracle(x, w, false, true);
        for (let i = 0; i < y.data.length; i++) {
          const value = y.data[i]! + b.data[i % b.data.length]!;
          y.data[i] = value < 0 ? Math.fround(0.2) * value : value;
        }
        return y;
      },
      inputs: [random([19, 21], 5), random([10, 21], 6), random([10], 7)],
    });
  });

  for (const variant of MATMUL_VARIANTS) {
    it(`variant ${variant} equals the oracle, with a long K split and several workgroups on every axis`, async () => {
      const device = await testDevice();
      if (!supportsMatmul(variant, device.capabilities)) return;
      for (const [m, n, k, batches] of [
        [70, 130, 37, 2],
        [20, 12, 1100, 1],
        [130, 128, 64, 3],
        [36, 20, 39, 2],
        [1, 1, 2049, 1],
      ] as const) {
        for (const transposeA of [false, true]) {
          for (const transposeB of [false, true]) {
            const a = random(transposeA ? [batches, k, m] : [batches, m, k], 8);
            const b = random(transposeB ? [batches, n, k] : [batches, k, n], 9);
            const call: MatmulCall = { m, n, k, batches, transposeA, transposeB, sharedA: false, sharedB: false };
            const [result] = await evaluate(
              device,
              (x, y) => [
                recordOne({
                  op: "matmul",
                  inputs: [x!, y!],
                  shape: [batches, m, n],
                  dtype: "f32",
                  lower: (out, capabilities) => launch(x!, y!, out, call, capabilities, variant),
                }),
              ],
              [toHost(a), toHost(b)],
            );
            const expected = oracle(a, b, transposeA, transposeB);
            expectClose(result!.data, expected.data, 1e-5, 1e-6 * Math.sqrt(k), `${variant} ${m}x${n}x${k}`);
          }
        }
      }
    });
  }

  it("needs more than 65,535 workgroups and gets them", async () => {
    const a = random([1_200_000, 1], 10);
    const b = random([1, 2], 11);
    await checkOp({ op: (x, y) => matmul(x, y), oracle: (x, y) => oracle(x, y), inputs: [a, b], gradients: [] });
  });

  it("refuses operands that do not fit", async () => {
    const device = await testDevice();
    const refuse = (a: readonly number[], b: readonly number[]) =>
      evaluate(device, (x, y) => [matmul(x!, y!)], [random(a, 1), random(b, 2)].map(toHost));
    await expect(refuse([2, 3], [4, 5])).rejects.toThrow("matmul: inner sizes differ: 2x3 (from f32[2, 3]) times 4x5");
    await expect(refuse([3], [3, 2])).rejects.toThrow("matmul: needs operands of rank 2 or more");
    await expect(refuse([2, 3, 4], [3, 4, 5])).rejects.toThrow("do not broadcast");
    const labels = { data: new Uint32Array(4), shape: [2, 2] };
    await expect(
      evaluate(device, (x, y) => [matmul(x!, y!)], [labels, toHost(array([1, 2, 3, 4], [2, 2]))]),
    ).rejects.toThrow("matmul: needs f32");
    await expect(
      evaluate(device, (x, w) => [linear(x!, w!)], [toHost(random([2, 3], 1)), toHost(random([4, 5], 1))]),
    ).rejects.toThrow("linear: x f32[2, 3], weight f32[4, 5] do not fit");
  });
});

it("a fused relu keeps NaN, on the bits", async () => {
  const device = await testDevice();
  for (const n of [4, 3]) {
    const x = { data: Float32Array.of(Number.NaN, 1), shape: [1, 2] };
    const w = { data: Float32Array.from({ length: n * 2 }, (_, i) => (i % 2 === 0 ? 1 : -2)), shape: [n, 2] };
    const [y] = await evaluate(device, (a, b) => [relu(linear(a!, b!))], [x, w]);
    expect([...y!.data].every(Number.isNaN)).toBe(true);
  }
});
