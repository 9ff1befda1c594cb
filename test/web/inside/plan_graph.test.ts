import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { explainPlan } from "../../../src/experiments/explain_plans.ts";
import type { Device } from "../../../src/gpu/device.ts";
import { openNodeDevice } from "../../../src/gpu/node_dawn.ts";
import { BOX_HEIGHT, BOX_WIDTH, type PlanGraph, partsOf, planGraph } from "../../../src/web/inside/plan_graph.ts";
import { tileOf } from "../../../src/web/inside/tile.ts";
import { tileText } from "../../../src/web/parts/tile.ts";

let device: Device;
const graphs: Record<string, PlanGraph> = {};
beforeAll(async () => {
  device = await openNodeDevice();
  for (const name of ["cnn", "cgan"] as const) {
    const { explanation } = await explainPlan(device, name, { gan: "small_mlp_cgan_leaky", batchSize: 4 });
    graphs[name] = planGraph(explanation);
    expect(graphs[name].boxes.flatMap(({ parts }) => parts)).toHaveLength(partsOf(explanation).length);
  }
});
afterAll(() => device.destroy());

describe.each(["cnn", "cgan"])("the drawing of a %s step", (name) => {
  it("has no two boxes in one place, and all within the drawing", () => {
    const { boxes, width, height } = graphs[name]!;
    for (const [i, a] of boxes.entries()) {
      expect(a.x - BOX_WIDTH / 2).toBeGreaterThanOrEqual(0);
      expect(a.x + BOX_WIDTH / 2).toBeLessThanOrEqual(width);
      expect(a.y + BOX_HEIGHT / 2).toBeLessThanOrEqual(height);
      for (const b of boxes.slice(i + 1)) {
        expect(Math.abs(a.x - b.x) >= BOX_WIDTH || Math.abs(a.y - b.y) >= BOX_HEIGHT, `${a.id}, ${b.id}`).toBe(true);
      }
    }
  });

  it("runs down on the way forward and up on the way back", () => {
    const { boxes, edges } = graphs[name]!;
    const y = new Map(boxes.map((box) => [box.id, box.y]));
    for (const { from, to, kind } of edges) {
      if (kind === "forward") expect(y.get(to), `${from} to ${to}`).toBeGreaterThan(y.get(from)!);
      if (kind === "backward") expect(y.get(to), `${from} to ${to}`).toBeLessThan(y.get(from)!);
    }
  });
});

it("knows how a product and a convolution are shared out", () => {
  const parts = graphs.cnn!.boxes.flatMap(({ parts }) => parts.map(({ part }) => part));
  const conv = parts.find(({ scope, backward, flops }) => scope === "cnn.layers.3" && !backward && flops > 0)!;
  expect(tileOf(conv)).toMatchObject({ kind: "product", rows: 32, columns: 4 * 784, depth: 32 * 9 });
  const linear = parts.find(({ scope, backward, flops }) => scope === "cnn.layers.12" && !backward && flops > 0)!;
  expect(tileOf(linear)).toMatchObject({ kind: "product", rows: 4, columns: 128, depth: 3136 });
  expect(tileText(tileOf(linear))).toContain("a sum of 3,136 products");
});
