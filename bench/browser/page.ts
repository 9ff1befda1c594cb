// The benchmark's side in the browser: the same work, rivals and checks as in Node.

import { openDevice } from "../../src/gpu/adapter.ts";
import { abilities, describeAdapter } from "../adapter.ts";
import { CannotError } from "../contestant.ts";
import { type FirstStepName, firstStep, watchBuffers } from "../latency.ts";
import { runSession } from "../session.ts";
import { tuneOn } from "../tuning.ts";
import { chosenWork } from "../works.ts";
import type { BenchWindow, PageEnvironment, PageLatency, PageOptions } from "./protocol.ts";

/** Where the server has tfjs's .wasm files. */
const WASM_FOLDER = "/wasm/";

const { gpu } = navigator;
const page = window as unknown as BenchWindow;

/** wasm's threads need shared memory, which a page has only when it is isolated from other origins. */
function wasmThreads(): string {
  const threads = crossOriginIsolated ? navigator.hardwareConcurrency : 1;
  return `tfjs ${threads}, jax-js ${threads}`;
}

async function runBench({ only, quick, ladder, scaling, rivals, tune }: PageOptions): Promise<void> {
  const device = await openDevice(gpu);
  tuneOn(device, tune, () => undefined);
  const environment: PageEnvironment = {
    date: new Date().toISOString(),
    ...describeAdapter(device),
    runtime: navigator.userAgent,
    wasmThreads: wasmThreads(),
  };
  await page.benchEvent({ kind: "environment", environment });
  const pattern = only === undefined ? undefined : new RegExp(only, "i");
  const works = chosenWork({ only: pattern, ladder, scaling, ...abilities(device) });
  await runSession(
    { device, works, rivals, wasmFolder: WASM_FOLDER, quick },
    {
      ceilings: (ceilings) => page.benchEvent({ kind: "ceilings", ceilings }),
      begin: (work, place, count) => page.benchEvent({ kind: "begin", work, place, count }),
      row: (row) => page.benchEvent({ kind: "row", row }),
    },
  );
  device.destroy();
}

async function runFirstStep(step: FirstStepName, who: string): Promise<PageLatency> {
  watchBuffers();
  try {
    const { latency } = await firstStep(step, who, () => openDevice(gpu), WASM_FOLDER);
    return latency;
  } catch (error) {
    if (error instanceof CannotError) return { cannot: error.message };
    throw error;
  }
}

Object.assign(page, { runBench, runFirstStep });
document.title = "ready";
