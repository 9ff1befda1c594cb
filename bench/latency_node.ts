import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import { openNodeDevice } from "../src/gpu/node_dawn.ts";
import { CannotError } from "./contestant.ts";
import { FIRST_STEPS, type FirstStepName, firstStep, type Latency, watchBuffers } from "./latency.ts";
import { prepareNode } from "./node_globals.ts";

/** Drivers keep compiled shaders on disk; a first step is one without them. */
const COLD = { MESA_SHADER_CACHE_DISABLE: "true", __GL_SHADER_DISK_CACHE: "0" };
const LONGEST_MS = 300_000;

/** What a process of its own prints. */
type Printed = Latency | { readonly cannot: string };

/** Has a new process of this command make its first step. Throws CannotError where the contestant has no way of doing it. */
export async function inOwnProcess(
  step: FirstStepName,
  who: string,
  { toggles, wasmThreads }: { readonly toggles: readonly string[]; readonly wasmThreads: boolean },
): Promise<Latency> {
  const args = [process.argv[1]!, "--first-step", `${step}:${who}`, "--toggles", toggles.join(",") || "none"];
  if (wasmThreads) args.push("--wasm-threads");
  const env = { ...process.env, ...COLD };
  const { stdout } = await promisify(execFile)(process.execPath, args, { env, timeout: LONGEST_MS });
  const report = JSON.parse(stdout.trim().split("\n").at(-1)!) as Printed;
  if ("cannot" in report) throw new CannotError(report.cannot);
  return report;
}

/** The other end of {@link inOwnProcess}: makes two steps and prints what that took since the process started. */
export async function runFirstStep(choice: string, toggles: readonly string[]): Promise<void> {
  const [name, who] = choice.split(":") as [FirstStepName, string];
  if (!(name in FIRST_STEPS)) throw new RangeError(`no first step is called ${name}`);
  const { wasmFolder, release } = await prepareNode(toggles);
  watchBuffers();
  const print = (report: Printed) => process.stdout.write(`${JSON.stringify(report)}\n`);
  try {
    const { latency, close } = await firstStep(name, who, () => openNodeDevice({ toggles }), wasmFolder);
    print({ ...latency, processMiB: peakKiB() / 1024 });
    close();
  } catch (error) {
    if (!(error instanceof CannotError)) throw error;
    print({ cannot: error.message });
  } finally {
    release();
  }
  // Rivals' workers and devices would keep the process waiting.
  process.exit(0);
}

/** Most resident memory of this process. Linux counts in `maxRSS` what the process that started it held at that moment, so it is asked elsewhere. */
function peakKiB(): number {
  const status = "/proc/self/status";
  const peak = existsSync(status) ? /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(status, "utf8"))?.[1] : undefined;
  return peak === undefined ? process.resourceUsage().maxRSS : Number(peak);
}
