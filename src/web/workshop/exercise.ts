import type { HostArray } from "../../autograd/host_array.ts";
import type { Device } from "../../gpu/device.ts";
import { type DType, grid, type ShaderSource } from "../../gpu/launch.ts";
import { withoutComments } from "./loop_guard.ts";
import { runTrial, type Trial, TrialError } from "./trial.ts";
import { type CheckedCase, compare, type Expected, type Verdict } from "./verdict.ts";

/** Sizes and data that an exercise's kernel is tried on, and what must come out. */
export interface ExerciseCase {
  readonly name: string;
  readonly inputs: readonly HostArray[];
  readonly params?: ArrayBuffer;
  readonly shape: readonly number[];
  readonly dtype?: DType;
  readonly workgroups: number;
  readonly expected: () => Expected;
}

/** A kernel with one mistake, and how to tell whether it was mended. */
export interface Exercise {
  readonly id: string;
  readonly title: string;
  readonly goal: string;
  readonly hint: string;
  readonly broken: ShaderSource;
  readonly solved: ShaderSource;
  /** What a right text must use: by luck, results can be right without. */
  readonly needs?: { readonly word: string; readonly why: string };
  /** The file of the library that does it right, and what to look at there. */
  readonly seen: { readonly file: string; readonly as: string };
}

/** Tries a text on every case. `device` should be a guarded one, which notices writes behind the end of a result. */
export async function checkExercise(
  device: Device,
  exercise: Exercise,
  on: readonly ExerciseCase[],
  text: string,
): Promise<Verdict> {
  const cases: CheckedCase[] = [];
  try {
    for (const one of on) cases.push(await checkCase(device, exercise.broken.file, one, text));
  } catch (error) {
    if (!(error instanceof TrialError) || error.kind === "bounds") throw error;
    return { kind: error.kind, complaints: error.complaints };
  }
  const right = cases.every((one) => one.right);
  const { needs } = exercise;
  if (right && needs && !withoutComments(text).includes(needs.word)) {
    cases.push({ name: "on every adapter", right: false, message: needs.why });
  }
  return { kind: "checked", right: cases.every((one) => one.right), cases };
}

async function checkCase(device: Device, file: string, one: ExerciseCase, text: string): Promise<CheckedCase> {
  const { name, inputs, params, shape, workgroups } = one;
  const trial: Trial = {
    inputs: inputs.map((data) => ({ data, shape: [data.length] })),
    shape,
    ...(one.dtype ? { dtype: one.dtype } : {}),
    file,
    lower: (views, output) => [
      {
        kernel: "exercise",
        variant: "",
        shader: { file, code: "" },
        ...(params ? { params } : {}),
        bindings: [
          ...views.map((view) => ({ view, access: "read" as const })),
          { view: output, access: "write" as const },
        ],
        workgroups: grid(workgroups),
        flops: 0,
      },
    ],
  };
  try {
    return compare(name, await runTrial(device, trial, text), one.expected(), shape);
  } catch (error) {
    if (!(error instanceof TrialError) || error.kind !== "bounds") throw error;
    return { name, right: false, message: error.message };
  }
}
