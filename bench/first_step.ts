import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { openNodeDevice } from "../src/gpu/node_dawn.ts";
import { CGAN_STEP } from "./cgan_step.ts";
import { CNN_STEP } from "./cnn_step.ts";
import type { Work } from "./contestant.ts";
import type { Timing } from "./measure.ts";
import { type Failure, failureOf } from "./report.ts";
import { openTfjs } from "./tfjs.ts";

/** The steps whose first run is timed in a process of its own. */
export const FIRST_STEPS = { cnn: CNN_STEP, cgan: CGAN_STEP } as const satisfies Record<string, Work>;
export type FirstStepName = keyof typeof FIRST_STEPS;
export type FirstStepWho = "tailgrad" | "tfjs";

/** Drivers keep compiled shaders on disk; a first step is one without them. */
const COLD = { MESA_SHADER_CACHE_DISABLE: "true", __GL_SHADER_DISK_CACHE: "0" };

/** Milliseconds from the start of a new process to the end of its first step, driver caches off. */
export async function timeFirstStep(
  name: FirstStepName,
  who: FirstStepWho,
  toggles: readonly string[],
  samples: number,
): Promise<Timing | Failure> {
  const samplesMs: number[] = [];
  try {
    for (let i = 0; i < samples; i++) {
      const args = [process.argv[1]!, "--first-step", `${name}:${who}`, "--toggles", toggles.join(",") || "none"];
      const { stdout } = await promisify(execFile)(process.execPath, args, { env: { ...process.env, ...COLD } });
      samplesMs.push((JSON.parse(stdout.trim().split("\n").at(-1)!) as { readonly elapsedMs: number }).elapsedMs);
    }
  } catch (error) {
    return failureOf(error);
  }
  const sorted = samplesMs.toSorted((a, b) => a - b);
  const medianMs = sorted[Math.floor(sorted.length / 2)]!;
  return { samplesMs, runsPerSample: 1, medianMs, quartilesMs: [sorted[0]!, sorted.at(-1)!] };
}

/** The other end of {@link timeFirstStep}: makes one step and prints how long that took since the process started. */
export async function runFirstStep(choice: string, toggles: readonly string[]): Promise<void> {
  const [name, who] = choice.split(":") as [FirstStepName, FirstStepWho];
  const close = who === "tfjs" ? await firstOfTfjs(name, toggles) : await firstOfOurs(name, toggles);
  process.stdout.write(`${JSON.stringify({ elapsedMs: performance.now() })}\n`);
  close();
}

async function firstOfOurs(name: FirstStepName, toggles: readonly string[]): Promise<() => void> {
  const device = await openNodeDevice({ toggles });
  const contestant = await FIRST_STEPS[name].ours(device);
  await contestant.run(1);
  return () => device.destroy();
}

async function firstOfTfjs(name: FirstStepName, toggles: readonly string[]): Promise<() => void> {
  const rival = await openTfjs(toggles);
  const contestant = await FIRST_STEPS[name].tfjs(rival);
  await contestant.run(1);
  return () => rival.close();
}
