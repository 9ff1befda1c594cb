import { describe, expect, it } from "vitest";
import { QUICK } from "../../bench/measure.ts";
import { Pace, rowOf } from "../../bench/rows.ts";
import { takeVariants, tuneOn } from "../../bench/tuning.ts";
import { oursOp } from "../../bench/work/ours.ts";
import { chosenWork } from "../../bench/works.ts";
import { matmul } from "../../src/autograd/ops/matmul.ts";
import { Variable } from "../../src/autograd/tensor.ts";
import { testDevice } from "../support/device.ts";

const SIZE = 256;
const device = await testDevice();

async function compileProduct(size = SIZE): Promise<void> {
  const x = new Variable(new Float32Array(size * size), [size, size]);
  (
    await oursOp(
      device,
      [x],
      () => [matmul(x, x)],
      () => {},
    )
  ).dispose();
}

describe("tuning", () => {
  it("tells the variants of what was compiled last, once, whether they were measured or not", async () => {
    tuneOn(device, "off", () => {});
    expect(takeVariants(device)).toBeUndefined();
    await compileProduct(2 * SIZE);
    await compileProduct();
    const variants = takeVariants(device)!;
    expect(Object.keys(variants)).toEqual([expect.stringMatching(/^matmul 256x256x256/)]);
    expect(takeVariants(device)).toBeUndefined();
  });

  it("puts them into the row", async () => {
    tuneOn(device, "off", () => {});
    const [work] = chosenWork({ only: /^matmul 64x64x64$/, software: true });
    const row = await rowOf(work!, { device, rivals: new Map() }, QUICK, new Pace());
    expect(Object.keys(row.variants!)).toEqual([expect.stringMatching(/^matmul 64x64x64/)]);
  });

  it("measures a kernel once for all that is compiled on a device", async () => {
    const said: string[] = [];
    tuneOn(device, "on", (line) => said.push(line));
    await compileProduct();
    const first = takeVariants(device);
    await compileProduct();
    expect(takeVariants(device)).toEqual(first);
    expect(said.filter((line) => /^tuned 1 kernels/.test(line))).toHaveLength(1);
  });
});
