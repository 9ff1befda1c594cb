import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../experiments/temporary_folder.ts";
import { torchFile, torchState } from "../support/torch_files.ts";
import { call, isBuilt, start } from "./built.ts";
import { run, writeIdxFolder } from "./support.ts";

test.each([
  [
    "reproduce --experiment 4",
    "option '--experiment <n>' argument '4' is invalid. Allowed choices are 1, 2, 3, midway, all",
  ],
  ["reproduce --preset large", "argument 'large' is invalid. Allowed choices are smoke, small, paper"],
  ["reproduce --seeds 0", "option '--seeds <n>' argument '0' is invalid. Give a whole number from 1 to 100"],
  ["reproduce --gans mlp", "option '--gans <names>' argument 'mlp' is invalid. Allowed choices are mlp_cgan_relu, "],
  ["reproduce --gans mlp_cgan_relu,mlp_cgan_relu", "is invalid. Give each value once"],
  ["reproduce --imbalance 1/2,3/2", "option '--imbalance <C,...>' argument '1/2,3/2' is invalid. Give a ratio above 0"],
  ["reproduce --jobs 0", "option '--jobs <n>' argument '0' is invalid. Give a whole number from 1 to 64"],
  [
    "reproduce --out package.json",
    "package.json: cannot make this folder: something else of that name is there already",
  ],
  ["reproduce --out src", 'src: not a reproduction, it has no reproduce.json but "'],
  [
    "evaluate --weights w.safetensors",
    "evaluate: --weights w.safetensors does not say of which model; name it with --model",
  ],
  ["evaluate --weights w.pt --model cnn", "argument 'w.pt' is invalid. Give a file name that ends in .safetensors"],
  ["evaluate --model cnn", "evaluate: --model cnn says what --weights is of; give --weights too"],
  [
    "evaluate runs/c --weights w.safetensors --model cnn",
    "got a run folder, runs/c, and --weights w.safetensors; give one",
  ],
  [
    "evaluate --weights g.safetensors --model mlp_cgan_relu",
    "makes images, which a classifier must judge; name its weights",
  ],
  [
    "evaluate --weights c.safetensors --model cnn --classifier c.safetensors",
    "--classifier judges a generator's images, but --model is cnn; leave it out",
  ],
  ["generate --weights c.safetensors --model cnn", "argument 'cnn' is invalid. Allowed choices are mlp_cgan_relu, "],
])("tailgrad %s: exit 2, one line on stderr that says why", async (line, message) => {
  const { code, stdout, stderr } = await run(...line.split(" "));
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(message);
  expect(stderr).toMatch(/^error: [^\n]+\n$/);
});

const DATA = ["--dataset", "mine", "--data-dir", "data"];

/** A folder to run in, with a small data set under `data`. */
function workFolder(): string {
  const folder = temporaryFolder();
  writeIdxFolder(join(folder, "data"), 12, 2);
  return folder;
}

describe.skipIf(!isBuilt)("dist/cli.js (skipped until `npm run build`)", { timeout: 300_000 }, () => {
  test("reproduce: --dry-run, two runs at a time, stopped, gone on with, of another size", async () => {
    const cwd = workFolder();
    const argv = ["reproduce", ...DATA, "--preset", "smoke", "--experiment", "1"];
    const dry = await call(cwd, ...argv, "--dry-run", "--json");
    expect(dry, dry.stderr).toMatchObject({ code: 0 });
    const { runs, secondsLeft, stepSeconds } = JSON.parse(dry.stdout);
    expect(runs.map((one: { key: string; status: string }) => `${one.key}: ${one.status}`)).toEqual([
      "cnn-original-none-plain-seed1: missing",
      "cnn-low_unbalanced-none-plain-seed1: missing",
      "cnn-high_unbalanced-none-plain-seed1: missing",
    ]);
    expect(secondsLeft).toBeGreaterThan(runs[0].steps * stepSeconds.cnn);
    expect(existsSync(join(cwd, "runs")), "writes nothing").toBe(false);

    const { child, ended } = start(cwd, [...argv, "--jobs", "2"]);
    child.stderr!.on("data", (chunk: Buffer) => {
      if (/^1\/3 /m.test(chunk.toString())) child.kill("SIGINT");
    });
    const stopped = await ended;
    // The signal may come when the last run is about to end.
    if (stopped.code !== 0) {
      expect(stopped, stopped.stderr).toMatchObject({ code: 75, stdout: "" });
      expect(stopped.stderr).toMatch(/runs.smoke: stopped with [12] of 3 runs finished; the same command goes on/);
    }
    const whole = await call(cwd, ...argv, "--json");
    expect(whole, whole.stderr).toMatchObject({ code: 0 });
    const { rows, trained } = JSON.parse(whole.stdout);
    expect(trained).toBeLessThan(3);
    expect(rows.map(({ status }: { status: string }) => status)).toEqual(["finished", "finished", "finished"]);
    expect(whole.stderr).toContain(`next: npx tailgrad report ${join("runs", "smoke")}`);

    const other = await call(cwd, ...argv.slice(0, -4), "--preset", "small", "--out", join("runs", "smoke"));
    expect(other).toMatchObject({ code: 2, stdout: "" });
    expect(other.stderr).toContain('holds a reproduction with other options: preset (there "smoke", now "small"), ');
  });

  test("weights in PyTorch's layout: evaluated, drawn, judged, and refused as another model's", async () => {
    const cwd = workFolder();
    writeFileSync(join(cwd, "c.safetensors"), torchFile(torchState("cnn", 11)));
    writeFileSync(join(cwd, "g.safetensors"), torchFile(torchState("small_mlp_cgan_leaky", 7)));
    const cnn = await call(cwd, "evaluate", "--weights", "c.safetensors", "--model", "cnn", ...DATA, "--json");
    expect(cnn, cnn.stderr).toMatchObject({ code: 0 });
    expect(JSON.parse(cnn.stdout)).toMatchObject({ weights: "c.safetensors", model: "cnn", samples: 20 });

    const gan = ["--weights", "g.safetensors", "--model", "small_mlp_cgan_leaky"];
    const drawn = await call(cwd, "generate", ...gan, "--per-class", "2", "--json");
    expect(drawn, drawn.stderr).toMatchObject({ code: 0 });
    expect(JSON.parse(drawn.stdout)).toMatchObject({ weights: "g.safetensors", gan: gan[3], perClass: 2 });
    expect([...readFileSync(join(cwd, "grid.png")).subarray(1, 4)]).toEqual([...Buffer.from("PNG")]);
    const judged = await call(cwd, "evaluate", ...gan, "--classifier", "c.safetensors", "--per-class", "2");
    expect(judged, judged.stderr).toMatchObject({ code: 0 });
    expect(judged.stdout).toContain("classifier   c.safetensors");

    rmSync(join(cwd, "grid.png"));
    const wrong = await call(cwd, "generate", "--weights", "g.safetensors", "--model", "mlp_cgan_leaky");
    expect(wrong).toMatchObject({ code: 2, stdout: "" });
    expect(wrong.stderr).toMatch(
      /^error: g\.safetensors: these are weights of another model: missing \[layers\.6\.weight \[784, 1024\]/m,
    );
    expect(existsSync(join(cwd, "grid.png"))).toBe(false);
  });
});
