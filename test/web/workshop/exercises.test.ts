import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Device } from "../../../src/gpu/device.ts";
import { openNodeDevice } from "../../../src/gpu/node_dawn.ts";
import { checkExercise, type Exercise } from "../../../src/web/workshop/exercise.ts";
import { casesOf } from "../../../src/web/workshop/exercise_cases.ts";
import { EXERCISES } from "../../../src/web/workshop/exercises.ts";

let device: Device;
beforeAll(async () => {
  device = await openNodeDevice({ guarded: true });
});
afterAll(() => device.destroy());

/** Plausible attempts, as [what is written, instead of what, in the broken text], and a part of what the page must answer. */
const WRONG: Readonly<Record<string, readonly (readonly [instead: string, written: string, answer: RegExp])[]>> = {
  bounds: [
    ["out[i] = ", "if (i > params.count) { return; }\n  out[i] = ", /behind the end/],
    ["out[i] = ", "if (i >= 64u) { return; }\n  out[i] = ", /wrong; the first, \[64\]/],
    ["out[i] = ", "if (i <= params.count) { return; }\n  out[i] = ", /wrong/],
  ],
  transpose: [
    ["col * params.cols + row", "row * params.rows + col", /wrong|behind/],
    ["col * params.cols + row", "row * params.cols + col", /wrong/],
  ],
  reduction: [
    ["half > 1u", "half >= 0u", /does not end/],
    ["half > 1u", "half > 2u", /wrong/],
    ["half /= 2u", "half -= 1u", /wrong/],
  ],
  barrier: [
    ["shared_numbers[lane] = in", "workgroupBarrier();\n  shared_numbers[lane] = in", /wrong/],
    ["SIZE - 1u - lane", "lane", /wrong/],
    ["  out[first", "  if (lane < 128u) { workgroupBarrier(); }\n  out[first", /uniform/],
  ],
  race: [
    ["counts[number] += 1u;", "workgroupBarrier();\n  counts[number] += 1u;", /wrong/],
    ["counts[number] += 1u;", "counts[number] = counts[number] + 1u;\n  storageBarrier();", /wrong/],
  ],
  vectors: [
    ["let i = id.x;", "let i = 4u * id.x;", /wrong/],
    ["sum[i] = a[i] + b[i];", "for (var k = 0u; k < 4u; k++) { sum[i] = a[i] + b[i]; }", /wrong/],
  ],
  gradient: [
    ["1.0 - x[i] * x[i]", "1.0 - y[i]", /wrong/],
    ["g[i] * (1.0 - x[i] * x[i])", "1.0 - y[i] * y[i]", /wrong/],
    ["1.0 - x[i] * x[i]", "y[i] * (1.0 - y[i])", /wrong/],
  ],
  nan: [
    ["value > best", "value > best && !is_nan(value)", /wrong/],
    ["value > best", "is_nan(value) && value > best", /wrong/],
  ],
};

async function answer(exercise: Exercise, text: string): Promise<{ right: boolean; says: string }> {
  const verdict = await checkExercise(device, exercise, casesOf(exercise.id), text);
  if (verdict.kind !== "checked") {
    return { right: false, says: verdict.complaints.map(({ message }) => message).join("; ") };
  }
  return { right: verdict.right, says: verdict.cases.map(({ message }) => message).join("; ") };
}

describe.each(EXERCISES.map((exercise) => [exercise.id, exercise] as const))("exercise %s", (id, exercise) => {
  it("finds the solved text right", async () => {
    expect(await answer(exercise, exercise.solved.code)).toMatchObject({ right: true });
  });

  it("finds the broken text wrong, though it compiles", async () => {
    const verdict = await checkExercise(device, exercise, casesOf(exercise.id), exercise.broken.code);
    expect(verdict).toMatchObject({ kind: "checked", right: false });
  });

  it.each(WRONG[id]!)("finds it wrong where %s becomes %s", async (instead, written, says) => {
    expect(exercise.broken.code).toContain(instead);
    const { code } = exercise.broken;
    const at = code.lastIndexOf(instead);
    const result = await answer(exercise, code.slice(0, at) + written + code.slice(at + instead.length));
    expect(result.right).toBe(false);
    expect(result.says).toMatch(says);
  });

  it("names the line of a text that does not compile", async () => {
    const text = exercise.solved.code.replace("fn main", "fn fn main");
    const line = exercise.solved.code.split("\n").findIndex((one) => one.includes("fn main")) + 1;
    const verdict = await checkExercise(device, exercise, casesOf(exercise.id), text);
    expect(verdict).toMatchObject({ kind: "compile" });
    expect(verdict.kind === "compile" && verdict.complaints[0]?.line).toBe(line);
  });
});

it("accepts another right answer than its own", async () => {
  const exercise = EXERCISES.find(({ id }) => id === "nan")!;
  const text = exercise.broken.code.replace("if (value > best)", "if (!is_nan(best) && !(value <= best))");
  expect(await answer(exercise, text)).toMatchObject({ right: true });
});

it("asks for what a right text must use, where luck would do", async () => {
  const barrier = EXERCISES.find(({ id }) => id === "barrier")!;
  const lucky = { ...barrier, needs: { word: "not there", why: "by luck" } };
  expect(await answer(lucky, barrier.solved.code)).toMatchObject({
    right: false,
    says: expect.stringMatching("by luck"),
  });
});
