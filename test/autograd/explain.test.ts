import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Explanation, PartRow } from "../../src/autograd/explain.ts";
import { explainPlan } from "../../src/experiments/explain_plans.ts";
import type { Device } from "../../src/gpu/device.ts";
import { openNodeDevice } from "../../src/gpu/node_dawn.ts";

let device: Device;
beforeAll(async () => {
  device = await openNodeDevice();
});
afterAll(() => device.destroy());

const partsOf = ({ dispatches }: Explanation): PartRow[] => dispatches.flatMap(({ parts }) => parts);

describe("the plan of a CNN step", () => {
  let parts: PartRow[];
  let texts: string[][];
  beforeAll(async () => {
    const { explanation, partShaders } = await explainPlan(device, "cnn", { gan: "mlp_cgan_leaky", batchSize: 4 });
    parts = partsOf(explanation);
    texts = partShaders;
  });

  it("says which layer each part belongs to, forward and backward", () => {
    const of = (scope: string, backward: boolean) =>
      parts.filter((part) => part.scope === scope && part.backward === backward).map(({ kernel }) => kernel);
    expect(of("cnn.layers.3", false)).toContain("conv2d forward relu");
    expect(of("cnn.layers.3", true).filter((kernel) => kernel.startsWith("conv2d"))).not.toEqual([]);
    expect(of("adam", false)).toContain("adam");
    expect(parts.every(({ scope }) => scope !== "")).toBe(true);
  });

  it("says which earlier parts made what a part reads", () => {
    parts.forEach(({ needs }, at) => {
      expect(needs.every((other) => other < at)).toBe(true);
    });
    const pool = parts.findIndex(({ scope, backward }) => scope === "cnn.layers.5" && !backward);
    const makers = parts[pool]!.needs.map((at) => parts[at]!.scope);
    expect(makers).toEqual(["cnn.layers.3"]);
  });

  it("has the text of each part", () => {
    expect(texts.flat()).toHaveLength(parts.length);
    expect(texts.flat().every((text) => text.includes("@compute"))).toBe(true);
  });
});
