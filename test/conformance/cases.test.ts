import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readVectors } from "./cases.ts";

const GOOD = {
  name: "two",
  options: { axis: 0, minValue: "NaN", sizes: [1, 2] },
  inputs: [{ role: "input", shape: [2], dataType: "float32", data: [1, "-Infinity"] }],
  expected: { shape: [2], dataType: "float32", fill: 3 },
  tolerance: { kind: "ulp", value: 1 },
};

describe("readVectors", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "vectors-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const write = (test: unknown) => writeFileSync(join(folder, "op.json"), JSON.stringify({ op: "op", cases: [test] }));

  it("reads numbers and the words that stand for numbers", () => {
    write(GOOD);
    const [{ op, cases } = { op: "", cases: [] }] = readVectors(folder);
    expect(op).toBe("op");
    expect(cases[0]?.options).toEqual({ axis: 0, minValue: NaN, sizes: [1, 2] });
    expect(cases[0]?.inputs[0]?.data).toEqual([1, -Infinity]);
    expect(cases[0]?.expected.fill).toBe(3);
  });

  it.each([
    [{ expected: { shape: [3], dataType: "float32", data: [1, 2] } }, "cases.0.expected: data must fill the shape"],
    [{ expected: { shape: [], dataType: "float32" } }, "data must fill the shape"],
    [{ expected: { shape: [1], dataType: "float16", data: [1] } }, "cases.0.expected.dataType"],
    [{ tolerance: { kind: "relative", value: 1 } }, "cases.0.tolerance.kind"],
    [{ only: true }, "only"],
  ])("refuses %j", (change, message) => {
    write({ ...GOOD, ...change });
    expect(() => readVectors(folder)).toThrow(message);
    expect(() => readVectors(folder)).toThrow(join(folder, "op.json"));
  });

  it("refuses a folder without vectors, and text that is not JSON", () => {
    expect(() => readVectors(join(folder, "absent"))).toThrow("is not a folder");
    expect(() => readVectors(folder)).toThrow("holds no .json file");
    writeFileSync(join(folder, "op.json"), "{");
    expect(() => readVectors(folder)).toThrow("op.json is not JSON");
  });
});
