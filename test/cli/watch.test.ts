import { expect, test } from "vitest";
import { main } from "../../src/cli/program.ts";
import { writeInvocation } from "../../src/experiments/invocation_node.ts";
import { type GanConfig, ganConfig } from "../../src/experiments/run_config.ts";
import { RunFolder } from "../../src/experiments/run_folder_node.ts";
import { temporaryFolder } from "../experiments/temporary_folder.ts";
import { CaughtStream, run } from "./support.ts";

const CONFIG: GanConfig = {
  kind: "gan",
  gan: "small_mlp_cgan_leaky",
  beta1: 0.5,
  dataset: "garments",
  datasetSha256: "0".repeat(64),
  imbalance: "1/2",
  batchSize: 32,
  learningRate: 2e-4,
  seed: 1,
};

function openRun(folder: string): RunFolder<GanConfig> {
  const run = RunFolder.open(folder, ganConfig, CONFIG);
  run.appendMetrics({ step: 1, epoch: 0.5, lossD: 0.7, lossG: 0.6 }, { step: 2, epoch: 1, lossD: 0.5, lossG: 0.9 });
  return run;
}

test("one look: state, options, a chart for each loss, the last evaluation", async () => {
  const folder = temporaryFolder();
  const open = openRun(folder);
  open.appendMetrics({ step: 2, epoch: 1, test: { accuracy: 0.75, confusion: [[1]], loss: 0.5 } });
  const running = await run("watch", folder);
  expect(running.code, running.stderr).toBe(0);
  expect(running.stdout).toContain("running, step 2, epoch 1.00");
  expect(running.stdout, "nothing is cut where there is no terminal").toContain(
    "\nGAN small_mlp_cgan_leaky; garments, imbalance 1/2, batch 32, learning rate 0.0002, seed 1\n",
  );
  expect(running.stdout).toContain("lossD 0.5000\n   0.7000 ┤█");
  expect(running.stdout).toContain("test set, step 2: accuracy 0.7500, loss 0.5000");
  open.close();
  expect((await run("watch", folder, "--once")).stdout).toContain("stopped, step 2");
  open.writeResult({ steps: 2 });
  const json = JSON.parse((await run("watch", folder, "--json")).stdout);
  expect(json).toMatchObject({ state: "finished", step: 2, losses: { lossD: 0.5, lossG: 0.9 }, test: { step: 2 } });
});

test("a stopped run says why, and what goes on from there", async () => {
  const folder = temporaryFolder();
  const open = openRun(folder);
  writeInvocation(folder, { dataset: "garments", adapter: "a GPU", command: "npx tailgrad train gan --out runs/g" });
  expect((await run("watch", folder)).stdout, "while it runs").not.toContain("npx tailgrad");
  open.close();
  expect((await run("watch", folder)).stdout).toMatch(
    /\n\ngo on from its checkpoint: npx tailgrad train gan --out runs\/g\n$/,
  );
  const again = RunFolder.open(folder, ganConfig, CONFIG);
  again.writeFailure("step 3: exp made Infinity\nat element 0");
  again.close();
  const failed = await run("watch", folder);
  expect(failed.stdout).toContain(
    "\n\nended by: step 3: exp made Infinity at element 0\nto go another way, give a lower",
  );
  expect(failed.stdout).toContain("--learning-rate and a new --out: npx tailgrad train gan --out runs/g\n");
  const json = JSON.parse((await run("watch", folder, "--json")).stdout);
  expect(json).toMatchObject({ state: "stopped", failure: "step 3: exp made Infinity at element 0" });
  const gone = RunFolder.open(folder, ganConfig, CONFIG);
  gone.dropFailure();
  gone.close();
  expect((await run("watch", folder)).stdout).toContain("go on from its checkpoint");
});

test("in a terminal it follows the run and ends with it", async () => {
  const folder = temporaryFolder();
  const open = openRun(folder);
  const stdout = new CaughtStream(true);
  const watching = main(["watch", folder], { stdout, stderr: new CaughtStream() });
  await new Promise((done) => setTimeout(done, 100));
  expect(stdout.text).toContain("running, step 2");
  open.appendMetrics({ step: 3, epoch: 1.5, lossD: 0.4, lossG: 1 });
  open.writeResult({ steps: 3 });
  open.close();
  expect(await watching).toBe(0);
  // What was drawn before is taken back, line by line.
  const drawn = stdout.text.split("\n").findIndex((line) => line.includes("finished, step 3"));
  expect(stdout.text.split("\n")[drawn]).toContain(`\u001b[${drawn}A`);
});

test("a run that has measured nothing, and no run at all", async () => {
  const folder = temporaryFolder();
  RunFolder.open(folder, ganConfig, CONFIG).close();
  expect((await run("watch", folder)).stdout).toContain("nothing measured yet");
  const none = await run("watch", temporaryFolder());
  expect(none).toMatchObject({ code: 2, stdout: "" });
  expect(none.stderr).toContain("no run here (config.json is missing)");
});
