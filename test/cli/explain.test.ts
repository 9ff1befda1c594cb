import { expect, test } from "vitest";
import { explanationText } from "../../src/cli/explain.ts";

test("the plan is a table of dispatches, then totals", () => {
  const row = {
    kernel: "matmul",
    variant: "tiled",
    file: "matmul.wgsl",
    op: "matmul",
    shapes: ["[2, 3]", "-> [2]"],
    workgroups: [4, 1, 1] as const,
    flops: 2_500_000,
    bytes: 12_300,
    buffers: ["w", "slot 0"],
  };
  const plan = {
    adapter: "some GPU",
    dispatches: [row, row],
    flops: 5e9,
    peakBytes: 1e6,
    unsharedBytes: 3e6,
    variableBytes: 2e6,
  };
  expect(explanationText(plan).split("\n")).toEqual([
    "#  kernel  variant  workgroups  MFLOP    KB  shapes         buffers",
    "1  matmul  tiled         4x1x1   2.50  12.3  [2, 3] -> [2]  w, slot 0",
    "2  matmul  tiled         4x1x1   2.50  12.3  [2, 3] -> [2]  w, slot 0",
    "",
    "dispatches     2",
    "work           5.000 GFLOP, 0.02 MB read and written",
    "intermediates  1.00 MB in shared slots, 3.00 MB if nothing were shared",
    "variables      2.00 MB (weights, optimizer state, data)",
  ]);
});
