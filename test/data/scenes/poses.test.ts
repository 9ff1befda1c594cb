import { expect, it } from "vitest";
import { CAMERA_DISTANCE, type Pose, randomPose } from "../../../src/data/scenes/poses.ts";
import { Rng } from "../../../src/kernels/random/philox.ts";

const column = (pose: Pose, c: number) => [0, 1, 2].map((row) => pose[row]![c]!);
const dot = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);

it("cameras stand on the sphere, look at the origin and keep upright", () => {
  const rng = new Rng(1, 2);
  for (let i = 0; i < 200; i++) {
    const pose = randomPose(rng);
    const [right, up, back, eye] = [0, 1, 2, 3].map((c) => column(pose, c)) as [number[], number[], number[], number[]];
    expect(pose[3]).toEqual([0, 0, 0, 1]);
    expect(Math.hypot(...eye)).toBeCloseTo(CAMERA_DISTANCE, 10);
    for (const axis of [right, up, back]) expect(Math.hypot(...axis)).toBeCloseTo(1, 10);
    for (const [a, b] of [[right, up] as const, [up, back] as const, [back, right] as const]) {
      expect(dot(a, b)).toBeCloseTo(0, 10);
    }
    // Right-handed, and -z points from the eye to the origin.
    expect(right[1]! * up[2]! - right[2]! * up[1]!).toBeCloseTo(back[0]!, 10);
    expect(dot(back, eye)).toBeCloseTo(CAMERA_DISTANCE, 10);
    expect(right[2]).toBeCloseTo(0, 10);
    expect(up[2]).toBeGreaterThan(0);
  }
});

it("the same numbers give the same cameras", () => {
  expect(randomPose(new Rng(3, 1))).toEqual(randomPose(new Rng(3, 1)));
  expect(randomPose(new Rng(3, 1))).not.toEqual(randomPose(new Rng(3, 2)));
});
