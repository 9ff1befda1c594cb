import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { DataError, InterruptedError, NumericsError } from "../../../src/errors.ts";
import { fileError } from "../../../src/experiments/files_node.ts";
import { SILENT } from "../../../src/experiments/progress.ts";
import { readMatrix } from "../../../src/experiments/reproduce/matrix_file_node.ts";
import { planReproduction } from "../../../src/experiments/reproduce/plan_node.ts";
import { reproduce, trainTask } from "../../../src/experiments/reproduce/reproduce_node.ts";
import { rowStates } from "../../../src/experiments/reproduce/run_states_node.ts";
import type { Task } from "../../../src/experiments/reproduce/tasks.ts";
import { cnnConfig } from "../../../src/experiments/run_config.ts";
import { RunReader } from "../../../src/experiments/run_folder_node.ts";
import { randomSource } from "../../support/arrays.ts";
import { testDevice } from "../../support/device.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { TINY_RUNS, tinyRequest } from "./tiny.ts";

/** Reproduces into `out`; gives what it ends with, the runs that were trained, and what was said. */
async function call(
  out: string,
  { stopped = () => false, before }: { stopped?: () => boolean; before?: (task: Task) => void } = {},
) {
  const device = await testDevice();
  const request = tinyRequest(out);
  const plan = planReproduction(request);
  const site = {
    device,
    data: request.data,
    out,
    matrix: plan.matrix,
    tune: "off" as const,
    onOpen: () => {},
    stopped,
  };
  const trained: string[] = [];
  const said: string[] = [];
  const say = (text: string) => void said.push(text);
  const done = await reproduce(plan, {
    out,
    jobs: 1,
    stopped,
    bar: false,
    progress: { ...SILENT, message: say, warn: say },
    async train(task, progress) {
      trained.push(task.run.key);
      before?.(task);
      await trainTask(task, site, progress);
    },
  });
  return { ...done, trained, said };
}

/** All that a table shows; seconds differ each time. */
function table(out: string): unknown {
  return rowStates(out, readMatrix(out)).map(({ run, status, summary, gan }) => {
    const { lossD, lossG } = gan?.summary ?? {};
    return { id: run.id, status, evaluation: summary?.evaluation, counts: summary?.trainCounts, lossD, lossG };
  });
}

/** Seconds on a quiet machine; software adapters crawl on a crowded one. */
const TIMEOUT = { timeout: 300_000 };

it(
  "trains all, then nothing; stopped at random points and started again it ends with the same table",
  TIMEOUT,
  async () => {
    const whole = temporaryFolder();
    const first = await call(whole);
    expect(first).toMatchObject({ trained: TINY_RUNS, failures: [], runs: 6 });
    expect(first.rows.map(({ status }) => status)).toEqual(new Array(5).fill("finished"));
    expect(
      first.said.filter((line) => /^[1-6]\/6 /.test(line)),
      "a line for each run",
    ).toHaveLength(6);
    expect(readdirSync(whole).sort()).toEqual(["pictures", "reproduce.json", "runs"]);
    expect(await call(whole)).toMatchObject({ trained: [], failures: [], rows: first.rows });

    const random = randomSource(Date.now() % 1e9);
    const broken = temporaryFolder();
    let stops = 0;
    for (let over = false; !over; ) {
      let looks = 2 + Math.floor(random() * 14);
      try {
        await call(broken, { stopped: () => looks-- <= 0 });
        over = true;
      } catch (error) {
        expect(error).toBeInstanceOf(InterruptedError);
        expect((error as Error).message).toMatch(/: stopped with [0-6] of 6 runs finished; the same command goes on/);
        stops++;
      }
    }
    expect(stops).toBeGreaterThan(0);
    expect(table(broken)).toEqual(table(whole));
    expect(readFileSync(join(broken, "reproduce.json"))).toEqual(readFileSync(join(whole, "reproduce.json")));

    // All rows start from the same classifier, so that only the data tell them apart.
    const start = first.rows.map(({ path }) => RunReader.read(path, cnnConfig).readMetrics()[0]);
    for (const line of start)
      expect(line).toMatchObject({ step: 0, test: { loss: (start[0]!.test as { loss: number }).loss } });
    // Evaluated before training and after each of the two epochs.
    for (const { path } of first.rows) {
      const tests = RunReader.read(path, cnnConfig)
        .readMetrics()
        .filter(({ test }) => test !== undefined);
      expect(tests.map(({ epoch }) => epoch)).toEqual([0, 1, 2]);
    }
  },
);

it("a full disk ends all at the first run that meets it, and is named as the cause", TIMEOUT, async () => {
  const out = temporaryFolder();
  const tried: string[] = [];
  const full = fileError("write", "x", Object.assign(new Error(), { code: "ENOSPC" }));
  const before = ({ run }: Task) => {
    tried.push(run.key);
    throw full;
  };
  const ended = call(out, { before });
  await expect(ended).rejects.toThrow(DataError);
  await expect(ended).rejects.toThrow(
    `${out}: stopped with 0 of 6 runs finished, since ${TINY_RUNS[0]} failed: x: cannot write: disk full; free some`,
  );
  expect(tried).toEqual([TINY_RUNS[0]]);
});

it("a run that fails is told and kept, the others go on, and the next call tries it again", TIMEOUT, async () => {
  const out = temporaryFolder();
  const gan = TINY_RUNS[4];
  const fail = (task: Task) => {
    if (task.run.key === gan) throw new NumericsError("step 1: tanh made NaN");
    if (task.run.key.includes("upsampled")) throw new DataError("disk on fire");
    if (task.run.key.includes("original")) return;
    throw new InterruptedError("not of interest here");
  };
  // Trains the original row, fails three, and is stopped where it would train one more.
  await expect(call(out, { before: fail })).rejects.toThrow("stopped with 1 of 6 runs finished");
  const all = await call(out, {
    before: (task) => {
      if (task.run.key === gan || task.run.key.includes("upsampled")) fail(task);
    },
  });
  expect(all.failures.map(({ key, error }) => [key, error.exitCode])).toEqual([
    [TINY_RUNS[3], 2],
    [gan, 4],
    [TINY_RUNS[5], 2],
  ]);
  expect(all.trained, "the finished one is skipped").not.toContain(TINY_RUNS[0]);
  expect(all.said.filter((line) => line.includes(" failed: "))).toHaveLength(3);
  const states = rowStates(out, readMatrix(out));
  expect(states.map(({ status }) => status)).toEqual(["finished", "finished", "finished", "failed", "failed"]);
  expect(states[3]!.problem).toBe("disk on fire");

  const again = await call(out);
  expect(again.trained).toEqual(TINY_RUNS.slice(3));
  expect(readMatrix(out).failures).toEqual({});
  expect(again.rows.every(({ status }) => status === "finished")).toBe(true);

  // One that is damaged later fails alone; deleting it is the way out.
  const damaged = again.rows[1]!.path;
  writeFileSync(join(damaged, "config.json"), "{");
  const hurt = await call(out);
  expect(hurt.trained).toEqual([TINY_RUNS[1]]);
  expect(hurt.failures[0]!.error.message).toContain("config.json: not valid JSON");
  rmSync(damaged, { recursive: true });
  expect((await call(out)).rows.map(({ summary }) => summary?.evaluation)).toEqual(
    again.rows.map(({ summary }) => summary?.evaluation),
  );
});
