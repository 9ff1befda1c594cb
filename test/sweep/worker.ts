import { openNodeDevice } from "../../src/gpu/node_dawn.ts";
import { SPECS } from "../specs/index.ts";
import { Tally } from "../support/suite.ts";
import { sweepOp } from "./sweep.ts";

/** What a worker is asked: drawn cases of one op. */
export interface SweepTask {
  readonly name: string;
  readonly n: number;
  readonly seed: number;
}

/** What it answers. */
export interface SweepResult {
  readonly passed: number;
  readonly failed: number;
  readonly seconds: number;
  readonly residentBytes: number;
  /** The adapter; "" where the op does not run on it. */
  readonly adapter: string;
}

/** The life of a worker process: does what it is sent until it is disconnected. */
export async function serveSweep(): Promise<void> {
  const device = await openNodeDevice({ guarded: true, toggles: ["disable_robustness"] });
  process.on("message", async ({ name, n, seed }: SweepTask) => {
    const spec = SPECS.find((one) => one.name === name)!;
    const runs = spec.runs?.(device.capabilities) !== false;
    const tally = new Tally();
    const began = performance.now();
    if (runs) await sweepOp(device, spec, n, seed, tally);
    const result: SweepResult = {
      passed: tally.passed,
      failed: tally.failed,
      seconds: (performance.now() - began) / 1000,
      residentBytes: process.resourceUsage().maxRSS * 1024,
      adapter: runs ? device.adapter.name : "",
    };
    process.send!(result);
  });
  process.on("disconnect", () => {
    device.destroy();
    process.exit();
  });
  process.send!("ready");
}
