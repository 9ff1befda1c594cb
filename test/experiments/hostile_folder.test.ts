import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { writeSafetensors } from "../../src/data/safetensors.ts";
import { DataError, UsageError } from "../../src/errors.ts";
import type { BatchTrainer } from "../../src/experiments/batch_trainer.ts";
import { readInvocation } from "../../src/experiments/invocation_node.ts";
import { MOST_JSON_BYTES } from "../../src/experiments/json_bytes.ts";
import { SILENT } from "../../src/experiments/progress.ts";
import { type GanConfig, ganConfig } from "../../src/experiments/run_config.ts";
import { RunFolder, RunReader } from "../../src/experiments/run_folder_node.ts";
import { lockFolder } from "../../src/experiments/run_lock_node.ts";
import { ganRunSummary } from "../../src/experiments/run_result.ts";
import { trainInFolder } from "../../src/experiments/training_loop_node.ts";
import type { Device } from "../../src/gpu/device.ts";
import { temporaryFolder } from "./temporary_folder.ts";

const config: GanConfig = {
  kind: "gan",
  gan: "small_mlp_cgan_leaky",
  beta1: 0.5,
  dataset: "mine",
  datasetSha256: "0".repeat(64),
  imbalance: "1/2",
  batchSize: 8,
  learningRate: 2e-4,
  seed: 1,
};

/** A run folder as somebody might hand it on. */
function folderWith(files: Record<string, string>): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries({ "config.json": JSON.stringify(config), ...files })) {
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

function open(folder: string): RunFolder<GanConfig> {
  const run = RunFolder.open(folder, ganConfig, config);
  onTestFinished(() => run.close());
  return run;
}

describe("what is in a run folder stays in it", () => {
  const windows = process.platform === "win32";

  it.skipIf(windows)("metrics are not appended to what a link names, be it there or not", () => {
    const victim = join(temporaryFolder(), "victim");
    for (const content of [undefined, "export PATH\n", ""]) {
      if (content !== undefined) writeFileSync(victim, content);
      const folder = folderWith({});
      symlinkSync(victim, join(folder, "metrics.jsonl"));
      expect(() => open(folder)).toThrow(/metrics\.jsonl: is a symbolic link, which may lead out of this folder; put/);
      expect(readdirSync(folder).sort()).toEqual(["config.json", "metrics.jsonl"]);
      expect(existsSync(victim) ? readFileSync(victim, "utf8") : undefined).toBe(content);
    }
  });

  it.skipIf(windows)("a link put there during the run is not followed either", () => {
    const run = open(folderWith({}));
    const victim = join(temporaryFolder(), "victim");
    symlinkSync(victim, join(run.path, "metrics.jsonl"));
    expect(() => run.appendMetrics({ step: 1 })).toThrow(/metrics\.jsonl: is a symbolic link/);
    expect(() => run.writeCheckpoint(1, new Uint8Array(1))).toThrow(/metrics\.jsonl: is a symbolic link/);
    expect(existsSync(victim)).toBe(false);
  });

  it.skipIf(windows)("pictures are not written through a link", () => {
    const run = open(folderWith({}));
    const elsewhere = temporaryFolder();
    symlinkSync(elsewhere, join(run.path, "pictures"));
    expect(() => run.writePicture("a.png", new Uint8Array(1))).toThrow(/pictures: is a symbolic link/);
    expect(() => run.readPicture("a.png")).toThrow(DataError);
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  it.skipIf(windows).each(["config.json", "result.json", "invocation.json", "checkpoint.safetensors", "lock"])(
    "%s is not read through a link, and a written file takes the link's place",
    (name) => {
      const victim = join(temporaryFolder(), "victim");
      writeFileSync(victim, "{}");
      const folder = temporaryFolder();
      symlinkSync(victim, join(folder, name));
      const read = () => {
        if (name === "lock") lockFolder(folder)();
        readInvocation(folder);
        const run = RunReader.read(name === "config.json" ? folder : folderWithLink(name, victim), ganConfig);
        run.readResult(ganRunSummary);
        run.readCheckpoint(() => {});
      };
      expect(read).toThrow(/is a symbolic link/);
      expect(readFileSync(victim, "utf8")).toBe("{}");
    },
  );

  it("a written checkpoint replaces a link instead of following it", { skip: windows }, () => {
    const run = open(folderWith({}));
    const victim = join(temporaryFolder(), "victim");
    writeFileSync(victim, "mine");
    run.writeCheckpoint(1, new Uint8Array([1]));
    symlinkSync(victim, join(run.path, "result.json"));
    run.writeResult({ a: 1 });
    expect(readFileSync(victim, "utf8")).toBe("mine");
    expect(JSON.parse(readFileSync(join(run.path, "result.json"), "utf8"))).toEqual({ a: 1 });
  });

  it.skipIf(windows)("a pipe is refused, not waited for", () => {
    const folder = folderWith({});
    execFileSync("mkfifo", [join(folder, "result.json")]);
    expect(() => RunReader.read(folder, ganConfig).readResult(ganRunSummary)).toThrow(
      /result\.json: is a pipe or device, not a file; choose/,
    );
  });

  it("a folder in a file's place is refused by name", () => {
    const folder = folderWith({});
    mkdirSync(join(folder, "lock"));
    expect(() => RunFolder.open(folder, ganConfig, config)).toThrow(/lock: cannot read: is a folder, not a file/);
  });
});

describe("a checkpoint of somebody else's making", () => {
  it.each([undefined, "", "-1", "1.5", "1e3", "NaN", "\u001b[2J", "9".repeat(400)])(
    "with step %j is refused",
    async (step) => {
      const run = open(folderWith({}));
      run.writeCheckpoint(1, writeSafetensors([], step === undefined ? {} : { step }));
      const trainer = { state: () => new Map() } as unknown as BatchTrainer;
      const options = { steps: 1, checkpointEvery: 1, stopped: () => false, progress: SILENT, label: "test" };
      const training = trainInFolder({} as Device, trainer, run, options);
      await expect(training).rejects.toThrow(
        /^[^\p{Cc}]{1,300}checkpoint: its step is [^\p{Cc}]{1,110}, must be a whole number; restore[^\p{Cc}]*$/u,
      );
    },
  );
});

describe("what a run folder says is not printed as it is", () => {
  it.each(["\n", "\r", "\u001b[2J", "\u009b31m", "\u2028", "\0"])("%j in names and paths is refused", (control) => {
    const bad = `a${control}b`;
    const folder = folderWith({ "config.json": JSON.stringify({ ...config, dataset: bad }) });
    expect(() => RunReader.read(folder, ganConfig)).toThrow(/config\.json: dataset: must have no control characters/);
    const invocation = { dataset: "mine", dataDir: "/data", adapter: "a", command: "c" };
    for (const key of Object.keys(invocation)) {
      writeFileSync(join(folder, "invocation.json"), JSON.stringify({ ...invocation, [key]: bad }));
      expect(() => readInvocation(folder), key).toThrow(`${key}: must have no control characters`);
    }
    const strange = folderWith({ "config.json": JSON.stringify({ ...config, [bad]: 1 }) });
    expect(() => RunReader.read(strange, ganConfig)).toThrow(/^[^\p{Cc}\u2028]*Unrecognized key[^\p{Cc}\u2028]*$/u);
    writeFileSync(join(folder, "lock"), JSON.stringify({ pid: 1, host: bad, started: "" }));
    expect(() => lockFolder(folder)).toThrow(UsageError);
    expect(() => lockFolder(folder)).toThrow(/^[^\p{Cc}\u2028]*in use by another process[^\p{Cc}\u2028]*$/u);
  });

  it("an imbalance is one, before anything is computed with it", () => {
    const folder = folderWith({ "config.json": JSON.stringify({ ...config, imbalance: "2" }) });
    expect(() => RunReader.read(folder, ganConfig)).toThrow(/config\.json: imbalance: must be a ratio above 0 and/);
  });

  it("a key twice is refused: two readers could see two configs", () => {
    const text = JSON.stringify(config).replace("{", '{"seed":2,');
    expect(() => RunReader.read(folderWith({ "config.json": text }), ganConfig)).toThrow(
      /config\.json: holds the key "seed" twice; restore it/,
    );
  });

  it("names of Object's prototype are strangers like any other", () => {
    for (const key of ["__proto__", "constructor", "toString"]) {
      const text = JSON.stringify(config).replace("{", `{"${key}":{"polluted":1},`);
      expect(() => RunReader.read(folderWith({ "config.json": text }), ganConfig), key).toThrow(/Unrecognized key/);
    }
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it("a file larger than any run's is refused unread", () => {
    const folder = folderWith({ "config.json": " ".repeat(MOST_JSON_BYTES + 1) });
    expect(() => RunReader.read(folder, ganConfig)).toThrow(
      `config.json: has ${MOST_JSON_BYTES + 1} bytes, more than the ${MOST_JSON_BYTES} allowed`,
    );
  });

  it("shares and counts of a result are shares and counts", () => {
    const result = { out: "a", steps: 1, stepsPerEpoch: 0, seconds: 1, weights: "w", lossD: 1, lossG: 1, grid: "g" };
    const folder = folderWith({ "result.json": JSON.stringify(result) });
    expect(() => RunReader.read(folder, ganConfig).readResult(ganRunSummary)).toThrow(/result\.json: stepsPerEpoch: /);
  });
});

/** A sound run, but for a link in the place of one of its files. */
function folderWithLink(name: string, victim: string): string {
  const folder = folderWith({});
  symlinkSync(victim, join(folder, name));
  return folder;
}
