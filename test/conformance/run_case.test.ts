import { describe, expect, it } from "vitest";
import { testDevice } from "../support/device.ts";
import type { ConformanceCase, ConformanceOperand } from "./cases.ts";
import { partsOf, runCase } from "./run_case.ts";

const operand = (role: string, shape: number[], data: number[]): ConformanceOperand => ({
  role,
  shape,
  dataType: "float32",
  data,
});

const SUM: ConformanceCase = {
  name: "1 + 2",
  options: {},
  inputs: [operand("a", [2], [1, 2]), operand("b", [2], [3, 4])],
  expected: { shape: [2], dataType: "float32", data: [4, 6] },
  tolerance: { kind: "ulp", value: 0 },
};

/** What a case that must fail says. */
async function complaint(op: string, change: Partial<ConformanceCase>): Promise<string | undefined> {
  return runCase(await testDevice(), op, { ...SUM, ...change });
}

describe("runCase", () => {
  it("passes what is right", async () => {
    expect(await complaint("add", {})).toBeUndefined();
  });

  it("fails a number that is one step off", async () => {
    const expected = { ...SUM.expected, data: [4, 6 + 2 ** -21] };
    expect(await complaint("add", { expected })).toBe(
      "element 1 is 6, expected 6.000000476837158 (off by 1 ULP, allowed 0 ULP)",
    );
  });

  it("fails another shape with the same elements", async () => {
    const expected = { ...SUM.expected, shape: [1, 2] };
    expect(await complaint("add", { expected })).toBe("shape [2], expected [1, 2]");
  });

  it("fails an op that there is not", async () => {
    expect(await complaint("no_such_op", {})).toContain('"no_such_op"');
  });

  it("fails operands and options that the mapping leaves aside", async () => {
    expect(await complaint("add", { options: { alpha: 2 } })).toContain("the case has alpha");
    expect(await complaint("relu", { inputs: [operand("input", [1], [1]), SUM.inputs[0]!] })).toContain("has a,");
  });

  it("fails operands and options that are absent or of another type", async () => {
    expect(await complaint("add", { inputs: SUM.inputs.slice(1) })).toContain('no operand "a"');
    const inputs = [operand("input", [2], [1, 2])];
    expect(await complaint("softmax", { inputs })).toContain('no option "axis"');
    expect(await complaint("softmax", { inputs, options: { axis: "0" } })).toContain('"axis" cannot be "0"');
  });

  it("fails an index that 32 bits cannot hold", async () => {
    const indices = { ...operand("indices", [1], [2 ** 33]), dataType: "int64" as const };
    const inputs = [operand("input", [2], [1, 2]), indices];
    expect(await complaint("gather", { inputs })).toContain("does not fit into 32 bits");
  });

  it("fails what an op refuses, with the op's words", async () => {
    expect(await complaint("add", { inputs: [SUM.inputs[0]!, operand("b", [3], [1, 2, 3])] })).toContain("ShapeError");
  });
});

describe("partsOf", () => {
  it("splits a filled elementwise case that is too large for the adapter, and only that", async () => {
    const device = await testDevice();
    const { maxStorageBufferBindingSize, maxBufferSize } = device.gpu.limits;
    const width = 1000;
    const rows = Math.floor(Math.min(maxStorageBufferBindingSize, maxBufferSize) / (4 * width)) + 7;
    const large = { shape: [rows, width], dataType: "float32" as const, fill: 1 };
    const inputs = ["a", "b"].map((role) => ({ role, ...large }));
    const test: ConformanceCase = { ...SUM, inputs, expected: large };
    const parts = partsOf(device, "add", test);
    expect(parts.map(({ expected }) => expected.shape)).toEqual([
      [rows - 7, width],
      [7, width],
    ]);
    expect(parts[1]?.inputs.map(({ shape }) => shape)).toEqual([
      [7, width],
      [7, width],
    ]);
    expect(partsOf(device, "matmul", test)).toEqual([test]);
    expect(partsOf(device, "add", SUM)).toEqual([SUM]);
  });
});
