import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../experiments/temporary_folder.ts";
import { readEvents } from "../support/tfevents.ts";
import { call, isBuilt, start } from "./built.ts";
import { writeIdxFolder } from "./support.ts";

const SMALL = ["--dataset", "mine", "--data-dir", "data", "--batch-size", "8"];

/** A folder to run in, with a small data set under `data`. */
function workFolder(): string {
  const folder = temporaryFolder();
  writeIdxFolder(join(folder, "data"));
  return folder;
}

async function until(true_: () => boolean, what: string): Promise<void> {
  for (let waited = 0; waited < 50_000; waited += 20) {
    if (true_()) return;
    await new Promise((done) => setTimeout(done, 20));
  }
  expect.fail(`waited in vain for ${what}`);
}

const steps = (run: string) =>
  existsSync(join(run, "metrics.jsonl")) ? readFileSync(join(run, "metrics.jsonl"), "utf8").split('"loss":').length : 0;

describe.skipIf(!isBuilt)("dist/cli.js (skipped until `npm run build`)", { timeout: 120_000 }, () => {
  test("the main job: GAN, images, classifiers with and without them, evaluation", async () => {
    const cwd = workFolder();
    const gan = ["--gan", "small_mlp_cgan_leaky", "--imbalance", "1/2", "--max-steps", "2", "--out", "g"];
    const trained = await call(cwd, "train", "gan", ...SMALL, ...gan, "--profile", "looks/trace.json", "--tensorboard");
    expect(trained, trained.stderr).toMatchObject({ code: 0 });
    expect(trained.stderr.match(/^adapter: /gm), "the adapter, once").toHaveLength(1);
    expect(trained.stdout).toContain("samples  ");
    expect(trained.stdout).toMatch(
      /where a step's time goes, the mean of 1 steps, .* ms on the GPU:\nkernel +variant +dispatches/,
    );
    const { traceEvents } = JSON.parse(readFileSync(join(cwd, "looks/trace.json"), "utf8"));
    expect(traceEvents.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(["compile", "step 2"]),
    );
    const [events] = readdirSync(join(cwd, "g", "tensorboard"));
    const tags = readEvents(readFileSync(join(cwd, "g", "tensorboard", events!))).flatMap((event) => [
      ...Object.keys(event.scalars),
      ...Object.keys(event.images),
    ]);
    expect(new Set(tags)).toEqual(new Set(["train/lossD", "train/lossG", "samples"]));

    const exported = await call(cwd, "export", "--run", "g", "--out", "g.onnx", "--json");
    expect(exported, exported.stderr).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(exported.stdout)).toMatchObject({ model: "small_mlp_cgan_leaky", format: "onnx", tensors: 7 });
    const weights = await call(cwd, "export", "g", "--out", "g.safetensors");
    expect(weights.code, weights.stderr).toBe(0);
    expect(readFileSync(join(cwd, "g.safetensors"))).toEqual(readFileSync(join(cwd, "g", "generator.safetensors")));

    const drawn = await call(cwd, "generate", "--run", "g", "--out", "pictures/grid.png", "--json");
    expect(drawn, drawn.stderr).toMatchObject({ code: 0 });
    expect(JSON.parse(drawn.stdout)).toMatchObject({ out: "pictures/grid.png", perClass: 10, classes: 10 });
    expect([...readFileSync(join(cwd, "pictures/grid.png")).subarray(1, 4)]).toEqual([...Buffer.from("PNG")]);

    const common = ["--gan-run", "g", "--imbalance", "1/2", "--max-steps", "2", "--batch-size", "8"];
    for (const rebalance of ["small_mlp_cgan_leaky", "none"]) {
      const cnn = await call(cwd, "train", "cnn", "--rebalance", rebalance, ...common, "--json");
      expect(cnn, cnn.stderr).toMatchObject({ code: 0 });
      expect(cnn.stderr).toContain(`data: mine from ${join(cwd, "data")}, as in --gan-run g`);
      const { run, step, trainCounts } = JSON.parse(cnn.stdout);
      expect(run).toBe(join("runs", `cnn-${rebalance}-mine-1of2-batch8-seed1`));
      expect(step).toBe(2);
      const sum = trainCounts.synthetic.reduce((total: number, n: number) => total + n, 0);
      expect(sum).toBe(rebalance === "none" ? 0 : 200 - 45);

      const measured = await call(cwd, "evaluate", "--json", "--run", run);
      expect(measured, measured.stderr).toMatchObject({ code: 0 });
      const json = JSON.parse(measured.stdout);
      expect(json).toMatchObject({ run, step: 2, samples: 30 });
      expect(json.perClass).toHaveLength(10);
      expect(json.accuracy).toBe(JSON.parse(cnn.stdout).accuracy);
    }
  });

  // A signal that Node cannot send on Windows: there only a terminal's Ctrl-C works.
  test.skipIf(process.platform === "win32")(
    "interrupted it ends with 75 and a checkpoint; resumed it has the same bits as if never stopped",
    async () => {
      const cwd = workFolder();
      const train = (out: string, maxSteps: number) => [
        ...["train", "cnn", ...SMALL, "--epochs", "1000000", "--max-steps", String(maxSteps), "--out", out],
      ];
      const { child, ended } = start(cwd, train("a", 1_000_000));
      await until(() => steps(join(cwd, "a")) > 1, "the first step");
      child.kill("SIGINT");
      const stopped = await ended;
      expect(stopped.code, stopped.stderr).toBe(75);
      expect(stopped.stdout).toBe("");
      expect(stopped.stderr).toContain("stopping after this chunk");
      const at = Number(/stopped at step (\d+) of 1000000 with a checkpoint/.exec(stopped.stderr)?.[1]);
      expect(at).toBeGreaterThan(0);

      const resumed = await call(cwd, ...train("a", at + 3));
      expect(resumed.code, resumed.stderr).toBe(0);
      expect(resumed.stderr).toContain(`going on from step ${at}`);
      const straight = await call(cwd, ...train("b", at + 3));
      expect(straight.code, straight.stderr).toBe(0);
      const weights = ["a", "b"].map((run) => readFileSync(join(cwd, run, "cnn.safetensors")));
      expect(weights[0]!.equals(weights[1]!), "equal weights").toBe(true);

      const other = await call(cwd, ...train("a", at + 3), "--seed", "2");
      expect(other.code).toBe(2);
      expect(other.stderr).toContain("holds a run with other options: seed (there 1, now 2)");
    },
  );

  test.each([
    ["cnn", []],
    ["gan", ["--gan", "small_mlp_cgan_leaky"]],
  ])(
    "train %s at an absurd learning rate: exit 4, one line with step and op, and no checkpoint of it",
    async (kind, more) => {
      const cwd = workFolder();
      const train = [...SMALL, ...more, "--learning-rate", "1e25", "--max-steps", "6", "--checkpoint-every", "3"];
      const { code, stdout, stderr } = await call(cwd, "train", kind, ...train, "--out", "r");
      expect({ code, stdout }, stderr).toEqual({ code: 4, stdout: "" });
      const errors = stderr.split("\n").filter((line) => line.startsWith("error: "));
      expect(errors).toHaveLength(1);
      expect(errors[0]).toMatch(/^error: step [1-6]: .*\w+/);
      expect(stderr.trimEnd().split("\n").at(-1), "the last line").toBe(errors[0]);
      expect(stderr, "no stack trace").not.toMatch(/^ +at /m);
      const kept = JSON.parse(readFileSync(join(cwd, "r", "checkpoint.json"), "utf8"));
      expect(kept.generations[0].step).toBeLessThan(6);
    },
  );

  test("a folder where nothing can be written is refused before any training, exit 2", async () => {
    const cwd = workFolder();
    writeFileSync(join(cwd, "file"), "");
    for (const kind of ["cnn", "gan"]) {
      const { code, stdout, stderr } = await call(cwd, "train", kind, ...SMALL, "--out", join("file", "run"));
      expect({ code, stdout }, stderr).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(/^error: [^\n]*cannot make this folder: a part of the path is a file[^\n]*\n$/);
    }
  });

  test("explain lists the dispatches, as a table, as JSON and as WGSL", async () => {
    const cwd = temporaryFolder();
    const json = await call(cwd, "explain", "cnn", "--json", "--batch-size", "8");
    expect(json.code, json.stderr).toBe(0);
    const { dispatches, flops } = JSON.parse(json.stdout);
    expect(flops).toBeGreaterThan(1e8);
    for (const row of dispatches) {
      const numbers = { number: expect.any(Number), flops: expect.any(Number), bytes: expect.any(Number) };
      expect(row).toMatchObject({ ...numbers, kernel: expect.any(String), shapes: expect.any(Array) });
    }
    const wgsl = await call(cwd, "explain", "cgan", "--wgsl", "1");
    expect(wgsl.code, wgsl.stderr).toBe(0);
    expect(wgsl.stdout).toContain("@compute");
    const beyond = await call(cwd, "explain", "cgan", "--wgsl", "100000");
    expect(beyond).toMatchObject({ code: 2, stdout: "" });
    expect(beyond.stderr).toContain("error: --wgsl 100000: on this adapter the plan has dispatches 1 to ");
  });

  test("a reader that goes away, as head does, is no error", async () => {
    const { child, ended } = start(temporaryFolder(), ["explain", "cnn"]);
    child.stdout!.destroy();
    const { code, stderr } = await ended;
    expect(code, stderr).toBe(0);
    expect(stderr).not.toContain("EPIPE");
  });

  test("doctor computes with the adapter and says so", async () => {
    const { code, stdout, stderr } = await call(temporaryFolder(), "doctor", "--json");
    expect(code, stderr).toBe(0);
    const found = JSON.parse(stdout);
    expect(found).toMatchObject({ matmul: { correct: true }, adapter: { name: expect.any(String) } });
    expect(found.advice.install).toEqual([]);
    const verdicts = found.vulkan.drivers.map(({ verdict }: { verdict: string }) => verdict);
    if (process.platform === "linux") expect(verdicts).toContain("taken");
  });

  test.skipIf(process.platform !== "linux")("without an adapter: exit 3, and doctor says what to do", async () => {
    const cwd = temporaryFolder();
    const env = { VK_DRIVER_FILES: join(cwd, "none.json") };
    const doctor = await start(cwd, ["doctor", "--json"], env).ended;
    expect(doctor.code).toBe(3);
    expect(JSON.parse(doctor.stdout)).toMatchObject({
      problem: expect.stringContaining("no WebGPU adapter"),
      reason: expect.stringContaining("none.json"),
      vulkan: { variables: env, drivers: expect.arrayContaining([expect.objectContaining({ verdict: "usable" })]) },
      advice: { install: expect.any(Array) },
    });
    const text = await start(cwd, ["doctor"], env).ended;
    expect(text.code).toBe(3);
    expect(text.stdout).toContain("try first  unset VK_DRIVER_FILES");
    const explain = await start(cwd, ["explain", "cnn"], env).ended;
    expect(explain).toMatchObject({ code: 3, stdout: "" });
    expect(explain.stderr).toMatch(/^error: no WebGPU adapter was found; run `npx tailgrad doctor`/m);
  });
});
