import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SCENE_CLASSES, sceneObject } from "../../../src/data/scenes/objects.ts";
import { CAMERA_ANGLE, randomPose } from "../../../src/data/scenes/poses.ts";
import { Renderer } from "../../../src/data/scenes/render.ts";
import { ball, packScene, SCENE_RADIUS } from "../../../src/data/scenes/scene.ts";
import { Rng } from "../../../src/kernels/random/philox.ts";
import { field, pixel } from "../../oracle/render.ts";
import { testDevice } from "../../support/device.ts";

const SIDE = 20;

let renderer: Renderer;
beforeAll(async () => {
  renderer = await Renderer.create(await testDevice(), SIDE);
});
afterAll(() => renderer.destroy());

describe("a view of each class agrees with a float64 ray march", () => {
  it.each(SCENE_CLASSES.map((name, label) => [name, label] as const))("%s", async (_, label) => {
    const scene = sceneObject(label, 3);
    const pose = randomPose(new Rng(4, label));
    const [picture] = await renderer.render(scene, CAMERA_ANGLE, [pose]);
    const draw = (at: readonly [number, number], angle: number) => pixel(scene, angle, pose, SIDE, at);
    let compared = 0;
    let onObject = 0;
    for (let y = 0; y < SIDE; y += 2) {
      for (let x = y % 4 === 0 ? 0 : 1; x < SIDE; x += 2) {
        const wanted = draw([x, y], CAMERA_ANGLE);
        // On an edge a hair's breadth decides, so that f32 may rightly see something else there.
        const beside = [1, -1].flatMap((sign) => draw([x, y], CAMERA_ANGLE * (1 + sign * 2e-5)));
        if (beside.some((value, i) => Math.abs(value - wanted[i % 3]!) > 0.5)) continue;
        const at = 3 * (y * SIDE + x);
        const got = [...picture!.subarray(at, at + 3)];
        got.forEach((value, i) => {
          expect(Math.abs(value - wanted[i]!), `pixel (${x}, ${y}): ${got}, not ${wanted}`).toBeLessThan(1);
        });
        compared++;
        if (Math.abs(wanted[0]! - draw([0, 0], CAMERA_ANGLE)[0]!) > 8) onObject++;
      }
    }
    expect(compared).toBeGreaterThan(80);
    expect(onObject).toBeGreaterThan(8);
  });
});

it("several views at once are what each is alone, in their order", async () => {
  const scene = sceneObject(6, 1);
  const rng = new Rng(5, 0);
  const poses = Array.from({ length: 5 }, () => randomPose(rng));
  const together = await renderer.render(scene, CAMERA_ANGLE, poses);
  expect(together).toHaveLength(5);
  for (const [i, pose] of poses.entries()) {
    const [alone] = await renderer.render(scene, CAMERA_ANGLE, [pose]);
    expect(together[i]).toEqual(alone);
  }
});

describe("scenes", () => {
  it.each(SCENE_CLASSES.map((name, label) => [name, label] as const))(
    "%s: the same by the same seed, inside its sphere by any",
    (_, label) => {
      expect(sceneObject(label, 7)).toEqual(sceneObject(label, 7));
      expect(sceneObject(label, 7)).not.toEqual(sceneObject(label, 8));
      for (let seed = 0; seed < 20; seed++) {
        const scene = sceneObject(label, seed);
        expect(() => packScene(scene, CAMERA_ANGLE)).not.toThrow();
        const rng = new Rng(seed, 99);
        for (let i = 0; i < 200; i++) {
          const v = [rng.normal(), rng.normal(), rng.normal()];
          const onSphere = v.map((x) => (x * SCENE_RADIUS) / Math.hypot(...v));
          expect(field(scene, onSphere).distance, `seed ${seed}`).toBeGreaterThan(0);
        }
      }
    },
  );

  it("no class but those there are, and no more primitives than the kernel's loop takes", () => {
    expect(() => sceneObject(8, 1)).toThrow("scene: no class 8; give one of 0..7");
    const balls = Array.from({ length: 25 }, () => ball([0, 0, 0], 1, [1, 1, 1, 0]));
    expect(() => packScene(balls, 1)).toThrow("scene: 25 primitives, but at most 24 can be drawn");
  });
});
