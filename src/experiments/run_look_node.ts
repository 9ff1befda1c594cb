import { z } from "zod";
import { readInvocation } from "./invocation_node.ts";
import { type RunConfig, runConfig } from "./run_config.ts";
import { RunReader } from "./run_folder_node.ts";
import { isInUse } from "./run_lock_node.ts";

/** How a run stands; it may go on meanwhile. */
export interface RunLook {
  readonly folder: string;
  readonly config: RunConfig;
  readonly state: "running" | "stopped" | "finished";
  /** Why a stopped run did not go on, if it was not asked to stop. */
  readonly failure: string | undefined;
  /** How it was last called, where the folder says it. */
  readonly command: string | undefined;
  /** The last step that was measured, 0 before the first. */
  readonly step: number;
  readonly epoch: number;
  /** Each loss by its name, step by step. */
  readonly losses: ReadonlyMap<string, readonly number[]>;
  /** The last evaluation on the test set, if there was one: its step and its single figures. */
  readonly test: { readonly step: number; readonly measures: Readonly<Record<string, number>> } | undefined;
}

const finished = z.looseObject({ steps: z.int() });

/** Looks at a run without disturbing it. @throws DataError if there is none, or it is damaged */
export function lookAtRun(folder: string): RunLook {
  const run = RunReader.read(folder, runConfig);
  const lines = run.readMetrics();
  const losses = new Map<string, number[]>();
  let test: RunLook["test"];
  let [lastStep, lastEpoch] = [0, 0];
  for (const { step, epoch, test: evaluation, ...others } of lines) {
    lastStep = step;
    if (typeof epoch === "number") lastEpoch = epoch;
    for (const [name, value] of Object.entries(others)) {
      if (typeof value !== "number") continue;
      const values = losses.get(name);
      if (values) values.push(value);
      else losses.set(name, [value]);
    }
    if (typeof evaluation === "object" && evaluation !== null) test = { step, measures: numbersOf(evaluation) };
  }
  const result = run.readResult(finished);
  const state = isInUse(folder) ? "running" : result && result.steps === lastStep ? "finished" : "stopped";
  const failure = state === "stopped" ? run.readFailure() : undefined;
  const command = readInvocation(folder)?.command;
  return { folder, config: run.config, state, failure, command, step: lastStep, epoch: lastEpoch, losses, test };
}

function numbersOf(values: object): Record<string, number> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => typeof value === "number"));
}
