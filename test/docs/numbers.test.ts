/** Figures of plans that the course quotes, against the plans as they are; on the adapter that the figures are of. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import type { DispatchRow, Explanation } from "../../src/autograd/explain.ts";
import { openNodeDevice } from "../../src/gpu/node_dawn.ts";

const device = await openNodeDevice();
const isLavapipe = device.capabilities.software && device.capabilities.subgroupSize === 8;
device.destroy();

async function planOf(name: string): Promise<Explanation> {
  const { stdout } = await promisify(execFile)(process.execPath, ["dist/cli.js", "explain", name, "--json"], {
    encoding: "utf8",
    maxBuffer: 2 ** 24,
  });
  return JSON.parse(stdout) as Explanation;
}

/** The text of a chapter on one line. */
const chapter = (file: string) => readFileSync(`docs/${file}.md`, "utf8").replace(/\s+/g, " ");
const sum = (rows: readonly DispatchRow[]) => rows.reduce((total, { flops }) => total + flops, 0);
const mb = (bytes: number) => (bytes / 1e6).toFixed(2);

it.runIf(isLavapipe)("the course quotes the CNN's plan", { timeout: 60_000 }, async () => {
  const { dispatches, flops, peakBytes, unsharedBytes } = await planOf("cnn");
  const text = chapter("5_record_plan_replay");
  expect(text).toContain(`${mb(peakBytes)} MB in shared slots, and ${mb(unsharedBytes)} MB if nothing were shared`);
  const passes = dispatches.filter(({ kernel }) => /^conv2d (forward|backward|weight gradient)/.test(kernel));
  const share = Math.round((100 * sum(passes)) / flops);
  expect(text).toContain(
    `of the ${dispatches.length} dispatches on lavapipe ${passes.length} are passes of convolutions`,
  );
  expect(text).toContain(`${share} % of its ${(flops / 1e9).toFixed(1)} billion operations`);
  expect(dispatches[0]!.op.split(" + ")).toHaveLength(7);
  expect(chapter("2_the_ladder_of_matmul")).toContain("explain cnn --wgsl 11");
  expect(dispatches[10]!.kernel).toBe("matmul relu");
  expect(Math.floor((100 * sum(dispatches.filter(({ kernel }) => /conv2d|matmul/.test(kernel)))) / flops)).toBe(99);
});

it.runIf(isLavapipe)("the course quotes the CNN's convolutions", { timeout: 60_000 }, async () => {
  const { dispatches } = await planOf("cnn");
  const text = chapter("3_convolution");
  const second = dispatches.filter(({ flops }) => flops === 2 * 100 * 32 * 32 * 784 * 9);
  expect(text).toContain(`= ${Math.round(second[0]!.flops / 1e6).toLocaleString("en")} million operations`);
  const variantOf = (kernel: string) => second.find((row) => row.kernel.startsWith(kernel))!.variant;
  expect(text).toContain(`\`${variantOf("conv2d forward")}\``);
  const [, taps, channels] = /^subgroup (\d+)x(\d+)$/.exec(variantOf("conv2d weight gradient"))!;
  expect(text).toContain(`${channels} channels x ${taps} taps`);
});

it.runIf(isLavapipe)("the course quotes the CGAN's plan", { timeout: 60_000 }, async () => {
  const { dispatches, flops } = await planOf("cgan");
  expect(chapter("7_gans_and_long_tails")).toContain(
    `a step of ${dispatches.length} dispatches and ${(flops / 1e9).toFixed(1)} billion operations on lavapipe`,
  );
});

it("the course quotes the demo's and the bench's results", () => {
  const results = readFileSync("RESULTS.md", "utf8").replace(/\s+/g, " ");
  const rows = [
    ...chapter("7_gans_and_long_tails").matchAll(/\| (0\.\d{3}) \| (0\.\d{3}) \| (0\.\d{3}) \| (0\.\d{3}) \|/g),
  ];
  expect(rows).toHaveLength(3);
  for (const [, accuracy, gMean, head, tail] of rows) {
    expect(results).toMatch(new RegExp(`\\| ${accuracy} \\| [\\d.]+ \\| ${gMean} \\| ${head} \\| ${tail} \\|`));
  }
  const [, rate, ratio] = /runs at ([\d.]+) GFLOP\/s, ([\d.]+) times as fast/.exec(chapter("6_cpu_drivers")) ?? [];
  expect(results).toMatch(new RegExp(`matmul 1024x1024x1024 \\| [\\d.]+ \\| \\S+ \\| ${rate} \\| \\S+ \\| ${ratio}x`));
});
