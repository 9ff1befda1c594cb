import { expect, test } from "vitest";
import { explanationText } from "../../src/cli/explain.ts";

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
  parts: [],
};
const plan = {
  adapter: "some GPU",
  dispatches: [row, row],
  flops: 5e9,
  peakBytes: 1e6,
  unsharedBytes: 3e6,
  variableBytes: 2e6,
};

test("the plan is a table of dispatches, then totals", () => {
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

test("what is too wide for its column goes on below it, whole; joined names are counted", () => {
  const kernel = "random + random + full + gatherImages + gatherLabels + concat + embedding";
  const shapes = ["[100, 32, 28, 28]", "[1, 32, 9, 8, 4]", "-> [100, 32, 28, 28]", "[32]"];
  const buffers = ["slot 2", "slot 3", "slot 14", "cnn.layers.3.bias"];
  const wide = { ...row, kernel, variant: "vec4 + vec4 + vec4", shapes, buffers };
  expect(
    explanationText({ ...plan, dispatches: [wide] })
      .split("\n")
      .slice(0, 5),
  ).toEqual([
    "#  kernel                   variant  workgroups  MFLOP    KB  shapes                              buffers",
    "1  2 random + full +        3 vec4        4x1x1   2.50  12.3  [100, 32, 28, 28] [1, 32, 9, 8, 4]  slot 2, slot 3, slot 14,",
    "   gatherImages +                                             -> [100, 32, 28, 28] [32]           cnn.layers.3.bias",
    "   gatherLabels + concat +",
    "   embedding",
  ]);
});

test("a profile gives each dispatch its times, rates and share", () => {
  const dispatches = [
    { firstMs: 300, ms: 0.75 },
    { firstMs: 2, ms: 0.25 },
  ];
  const lines = explanationText(plan, { firstStepMs: 1234.5, stepMs: 2, dispatches }).split("\n");
  expect(lines.slice(0, 3)).toEqual([
    "#  first ms    ms  share  GFLOP/s  GB/s  kernel  variant  workgroups  MFLOP    KB  shapes",
    "1     300.0  0.75  75.0%      3.3   0.0  matmul  tiled         4x1x1   2.50  12.3  [2, 3] -> [2]",
    "2       2.0  0.25  25.0%     10.0   0.0  matmul  tiled         4x1x1   2.50  12.3  [2, 3] -> [2]",
  ]);
  expect(lines.slice(-2)).toEqual([
    "first step     1235 ms, with what the driver compiles for it",
    "step           2.0 ms, 2500.0 GFLOP/s; its dispatches one by one 1.0 ms",
  ]);
});
