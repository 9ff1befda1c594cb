import { afterAll, describe, expect, it } from "vitest";
import { compile } from "../../src/autograd/compile.ts";
import { matmul } from "../../src/autograd/ops/matmul.ts";
import { Variable } from "../../src/autograd/tensor.ts";
import { Tuner, type TuningReport } from "../../src/autograd/tuner.ts";
import { UsageError } from "../../src/errors.ts";
import type { Device } from "../../src/gpu/device.ts";
import { type Choice, type Launch, scratch } from "../../src/gpu/launch.ts";
import { openNodeDevice } from "../../src/gpu/node_dawn.ts";
import { testDevice } from "../support/device.ts";
import { plannedKernels } from "../support/plan.ts";

const SIZE = 256;
const a = new Variable(
  Float32Array.from({ length: SIZE * SIZE }, (_, i) => (i % 13) - 6),
  [SIZE, SIZE],
  { name: "a" },
);
const KEY = `matmul ${SIZE}x${SIZE}x${SIZE} NN`;

afterAll(() => a.destroy());

async function compiled(device: Device, tuner?: Tuner) {
  const step = await compile(device, () => ({ y: matmul(a, a) }), tuner ? { tuner } : {});
  step.run();
  const variant = plannedKernels(step)[0]!.variant;
  const y = await step.read("y");
  step.destroy();
  return { variant, y };
}

/** A choice between kernels that write 1, 2 or NaN and a text that does not compile, of which `reference` is right. */
function choiceOf(variants: readonly string[], reference = "one"): Choice {
  const values: Record<string, string> = {
    one: "1.0",
    "another one": "1.0",
    two: "2.0",
    "not a number": "sqrt(f32(i) - 100.0)",
    wrong: "nonsense",
  };
  const launch = (variant: string): Launch => {
    const view = scratch([64], "f32", "result");
    const code =
      "@group(0) @binding(0) var<storage, read_write> y: array<f32>;\n" +
      "@compute @workgroup_size(64) fn main(@builtin(local_invocation_index) i: u32) " +
      `{ y[i] = ${values[variant]}; }`;
    const shader = { file: `${variant}.wgsl`, code };
    return { kernel: "test", variant, shader, bindings: [{ view, access: "write" }], workgroups: [1, 1, 1], flops: 1 };
  };
  return { key: "test", variants, reference, flops: 1e9, launches: (variant) => [launch(variant)] };
}

async function search(
  variants: readonly string[],
  reference?: string,
): Promise<{ tuner: Tuner; report: TuningReport }> {
  let report: TuningReport | undefined;
  const tuner = new Tuner({ onTuned: (one) => (report = one) });
  tuner.choose(choiceOf(variants, reference));
  expect(await tuner.measure(await testDevice())).toBe(true);
  return { tuner, report: report! };
}

describe("Tuner", () => {
  it("measures what it does not know, once, and the result does not depend on it", async () => {
    const device = await testDevice();
    const usual = await compiled(device);
    const reports: TuningReport[] = [];
    const tuner = new Tuner({ onTuned: (report) => reports.push(report) });
    const tuned = await compiled(device, tuner);
    expect(Object.keys(tuner.choices)).toEqual([KEY]);
    expect(tuner.used).toEqual(tuner.choices);
    expect(tuned.y).toEqual(usual.y);
    await compiled(device, tuner);
    expect(reports).toMatchObject([{ measured: 1, left: 0, dropped: [] }]);
  });

  it("takes what it is given, and measures nothing then", async () => {
    const device = await testDevice();
    for (const [known, shown] of [
      ["subgroup 32", "subgroup 32x32"],
      ["subgroup 16", "subgroup 16x32"],
    ] as const) {
      if (device.capabilities.subgroupSize !== 8) return;
      const onTuned = () => expect.unreachable("measured");
      const { variant } = await compiled(device, new Tuner({ known: { [KEY]: known }, onTuned }));
      expect(variant).toBe(shown);
    }
  });

  it("measures a variant's name that is none again", async () => {
    const tuner = new Tuner({ known: { [KEY]: "made up" } });
    await compiled(await testDevice(), tuner);
    expect(tuner.choices[KEY]).not.toBe("made up");
  });

  it("off takes the usual kernels whatever is known, force measures all the same", async () => {
    const device = await testDevice();
    const usual = (await compiled(device)).variant;
    const known = { [KEY]: usual === "subgroup 16x32" ? "subgroup 32" : "subgroup 16" };
    expect((await compiled(device, new Tuner({ mode: "off", known }))).variant).toBe(usual);
    let measured = 0;
    const onTuned = (report: TuningReport) => {
      measured += report.measured;
    };
    await compiled(device, new Tuner({ mode: "force", known, onTuned }));
    expect(measured).toBe(1);
    expect(() => new Tuner({ mode: "maybe" as "on" })).toThrow(UsageError);
  });

  it("drops a variant that does not compile, with a note", async () => {
    const { tuner, report } = await search(["wrong", "one"]);
    expect(tuner.choices).toEqual({ test: "one" });
    expect(report.dropped).toEqual([expect.stringMatching(/^test, wrong: wrong\.wgsl/)]);
  });

  it("drops a variant with other results, with a note", async () => {
    const { tuner, report } = await search(["one", "two"]);
    expect(tuner.choices).toEqual({ test: "one" });
    expect(report.dropped).toEqual(["test, two: its results differ from those of one"]);
  });

  it.each([
    { why: "it differs", usual: "two" },
    { why: "it gives NaN", usual: "not a number" },
    { why: "it does not compile", usual: "wrong" },
  ])("drops the usual variant where $why, by the reference, which it need not try otherwise", async ({ usual }) => {
    const { tuner, report } = await search([usual, "another one"]);
    expect(tuner.choices).toEqual({ test: "another one" });
    expect(report.dropped).toEqual([expect.stringContaining(`test, ${usual}: `)]);
  });

  it("takes the reference where every variant is wrong", async () => {
    const { tuner, report } = await search(["two", "not a number"]);
    expect(tuner.choices).toEqual({ test: "one" });
    expect(tuner.choose(choiceOf(["two", "not a number"]))).toBe("one");
    expect(report.dropped).toHaveLength(2);
  });

  it("keeps what agrees where the reference fails too", async () => {
    const { tuner } = await search(["one", "two", "another one"], "wrong");
    expect(["one", "another one"]).toContain(tuner.choices.test);
  });

  it("tries variants on inputs by which they can be told apart", async () => {
    const [x, y] = [scratch([64], "f32", "x"), scratch([64], "f32", "y")];
    const launches = (variant: string): Launch[] => {
      const code =
        "@group(0) @binding(0) var<storage, read> x: array<f32>;\n" +
        "@group(0) @binding(1) var<storage, read_write> y: array<f32>;\n" +
        "@compute @workgroup_size(64) fn main(@builtin(local_invocation_index) i: u32) " +
        `{ y[i] = ${variant === "wrong" ? "x[63u - i]" : "x[i]"}; }`;
      const bindings = [
        { view: x, access: "read" },
        { view: y, access: "write" },
      ] as const;
      const shader = { file: `${variant}.wgsl`, code };
      return [{ kernel: "test", variant, shader, bindings, workgroups: [1, 1, 1], flops: 1 }];
    };
    const dropped: string[] = [];
    const tuner = new Tuner({ onTuned: (report) => dropped.push(...report.dropped) });
    tuner.choose({ key: "test", variants: ["right", "wrong"], reference: "right", flops: 1e9, launches });
    await tuner.measure(await testDevice());
    expect(dropped).toEqual(["test, wrong: its results differ from those of right"]);
  });

  it("keeps the usual one where all fail", async () => {
    const { tuner, report } = await search(["wrong"], "wrong");
    expect(tuner.choices).toEqual({ test: "wrong" });
    expect(report.dropped).toHaveLength(1);
  });

  it("stops when its time is up, and says what it left", async () => {
    let report: TuningReport | undefined;
    const tuner = new Tuner({ budgetMs: -1, onTuned: (one) => (report = one) });
    tuner.choose(choiceOf(["one", "another one"]));
    await tuner.measure(await testDevice());
    expect(report).toMatchObject({ measured: 0, left: 1 });
    expect(tuner.choices).toEqual({});
    expect(tuner.used).toEqual({ test: "one" });
  });

  it("leaves no buffer behind", async () => {
    const device = await openNodeDevice();
    try {
      const tuner = new Tuner();
      tuner.choose(choiceOf(["one", "wrong", "two", "another one"]));
      const { buffersAlive } = device.stats;
      await tuner.measure(device);
      // The staging buffer of reads stays.
      expect(device.stats.buffersAlive).toBeLessThanOrEqual(buffersAlive + 1);
    } finally {
      device.destroy();
    }
  });
});
