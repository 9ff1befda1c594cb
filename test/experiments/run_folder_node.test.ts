import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { z } from "zod";
import { DataError, UsageError } from "../../src/errors.ts";
import { RunFolder, RunReader } from "../../src/experiments/run_folder_node.ts";
import { operationsOf } from "./failing_fs.ts";
import { temporaryFolder } from "./temporary_folder.ts";

vi.mock("node:fs", async (original) => (await import("./failing_fs.ts")).failingFs(await original()));

const schema = z.strictObject({ gan: z.string(), epochs: z.int().positive(), data: z.strictObject({ seed: z.int() }) });
const config = { gan: "mlp_cgan_leaky", epochs: 3, data: { seed: 1 } };
const noWarning = (message: string) => expect.unreachable(message);

function open(path: string, wanted: z.infer<typeof schema> = config): RunFolder<z.infer<typeof schema>> {
  const run = RunFolder.open(path, schema, wanted);
  onTestFinished(() => run.close());
  return run;
}

describe("RunFolder", () => {
  it("keeps config, metrics, checkpoint, pictures and result, and gives them back to a reader", () => {
    const path = join(temporaryFolder(), "runs", "g");
    const run = open(path);
    run.appendMetrics({ step: 1, loss: 2 }, { step: 2, loss: 1 });
    run.writeCheckpoint(2, new Uint8Array([1, 2, 3]));
    expect(run.writePicture("grid.png", new Uint8Array([9]))).toBe(join(path, "pictures", "grid.png"));
    run.writeResult({ accuracy: 0.5 });

    const reader = RunReader.read(path, schema);
    expect(reader.config).toEqual(config);
    expect(reader.readMetrics()).toEqual([
      { step: 1, loss: 2 },
      { step: 2, loss: 1 },
    ]);
    expect(reader.readCheckpoint(noWarning)).toMatchObject({ step: 2, bytes: Buffer.from([1, 2, 3]) });
    expect(reader.readPicture("grid.png")).toEqual(Buffer.from([9]));
    expect(reader.readPicture("other.png")).toBeUndefined();
    expect(reader.readResult(z.object({ accuracy: z.number() }))).toEqual({ accuracy: 0.5 });
    run.close();
    expect(readdirSync(path)).not.toContain("lock");
  });

  it("brings the metrics to the disk before a checkpoint that counts on them is written", () => {
    const run = open(temporaryFolder());
    run.appendMetrics({ step: 1 });
    const operations = operationsOf(() => run.writeCheckpoint(1, new Uint8Array([1])));
    expect(operations.slice(0, 3)).toEqual(["open metrics.jsonl", "sync metrics.jsonl", "open checkpoint.safetensors"]);
  });

  it("goes on from a checkpoint without the metrics measured after it", () => {
    const path = temporaryFolder();
    const first = open(path);
    first.appendMetrics({ step: 1 }, { step: 2 });
    first.writeCheckpoint(2, new Uint8Array([2]));
    first.appendMetrics({ step: 3 });
    first.close();
    writeFileSync(join(path, "metrics.jsonl"), '{"step":4,"lo', { flag: "a" });

    const second = open(path);
    expect(second.readMetrics()).toEqual([{ step: 1 }, { step: 2 }, { step: 3 }]);
    second.dropMetricsAfter(second.readCheckpoint(noWarning)?.step ?? -1);
    second.appendMetrics({ step: 3, again: true });
    expect(second.readMetrics()).toEqual([{ step: 1 }, { step: 2 }, { step: 3, again: true }]);
  });

  it("names the options that differ from the run's", () => {
    const path = temporaryFolder();
    open(path).close();
    const other = () => open(path, { ...config, epochs: 5, data: { seed: 2 } });
    expect(other).toThrow(UsageError);
    expect(other).toThrow(
      /other options: epochs \(there 3, now 5\), data\.seed \(there 1, now 2\); go on with the same/,
    );
    // And the refusal leaves no lock.
    open(path);
  });

  it("refuses a run of the other kind by name, not as damaged", () => {
    const kinds = z.discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("gan") }),
      z.strictObject({ kind: z.literal("cnn"), loss: z.string() }),
    ]);
    const gan = temporaryFolder();
    RunFolder.open(gan, kinds, { kind: "gan" }).close();
    const cnnOnly = z.strictObject({ kind: z.literal("cnn"), loss: z.string() });
    const wanted = { kind: "cnn", loss: "plain" } as const;
    for (const refused of [() => RunFolder.open(gan, cnnOnly, wanted), () => RunFolder.check(gan, cnnOnly, wanted)]) {
      expect(refused).toThrow(UsageError);
      expect(refused).toThrow(`${gan}: holds a GAN's run, not a classifier's; choose another folder`);
    }
    expect(readdirSync(gan)).toEqual(["config.json"]);
  });

  it("checks a folder by what is known of the config, and makes nothing", () => {
    const path = temporaryFolder();
    RunFolder.check(join(path, "new", "folder"), schema, config);
    expect(readdirSync(path)).toEqual([]);
    open(path).close();
    RunFolder.check(path, schema, { epochs: 3 });
    RunFolder.check(path, schema, {});
    expect(() => RunFolder.check(path, schema, { epochs: 4 })).toThrow(
      /other options: epochs \(there 3, now 4\); go on/,
    );
    writeFileSync(join(path, "file"), "");
    expect(() => RunFolder.check(join(path, "file"), schema, config)).toThrow(
      /file: cannot make this folder: something else/,
    );
    rmSync(join(path, "config.json"));
    expect(() => RunFolder.check(path, schema, config)).toThrow(/not a run, it has no config\.json but "file"/);
  });

  it("refuses a config that its schema refuses, before making anything", () => {
    const path = join(temporaryFolder(), "g");
    expect(() => open(path, { ...config, epochs: 0 })).toThrow(UsageError);
    expect(() => open(path, { ...config, epochs: 0 })).toThrow(/cannot start a run: epochs: /);
    expect(() => readdirSync(path)).toThrow(/ENOENT/);
  });

  it("refuses a second writer, but not a reader", () => {
    const path = temporaryFolder();
    open(path);
    expect(() => open(path)).toThrow(/in use by process/);
    expect(RunReader.read(path, schema).config).toEqual(config);
  });

  it("refuses a folder that holds something else, and leaves it as it was", () => {
    const path = temporaryFolder();
    writeFileSync(join(path, "thesis.tex"), "");
    expect(() => open(path)).toThrow(UsageError);
    expect(() => open(path)).toThrow(/not a run, it has no config\.json but "thesis\.tex"; choose an empty/);
    expect(readdirSync(path)).toEqual(["thesis.tex"]);
  });

  it("starts over in what a kill at its very start left", () => {
    const path = temporaryFolder();
    writeFileSync(join(path, ".config.json.12.0.tmp"), '{"g');
    open(path).close();
    expect(readdirSync(path)).toEqual(["config.json"]);
  });

  it.each([
    ["../escape", "/etc/passwd", "a/b", "a\\b", "..", ".", "", ".hidden", "a\0b", "x".repeat(101), "C:grid.png"],
  ])("keeps names like %j inside the folder", (...names) => {
    const run = open(temporaryFolder());
    for (const name of names) {
      expect(() => run.writePicture(name, new Uint8Array(1)), name).toThrow(UsageError);
      expect(() => run.readPicture(name), name).toThrow(/not a file name here; use 1 to 100 letters/);
    }
    expect(readdirSync(run.path).sort()).toEqual(["config.json", "lock"]);
  });

  it("says in one line what is wrong with a folder to read", () => {
    const path = temporaryFolder();
    const read = () => RunReader.read(path, schema);
    expect(read).toThrow(DataError);
    expect(read).toThrow(/no run here \(config\.json is missing\); train one/);
    writeFileSync(join(path, "config.json"), '{"gan": ');
    expect(read).toThrow(/config\.json: not valid JSON: damaged; restore it/);
    writeFileSync(join(path, "config.json"), '{"gan": "x", "epochs": "3", "data": {"seed": 1}}');
    expect(read).toThrow(/config\.json: epochs: .*; damaged or of another version/);
    rmSync(join(path, "config.json"));
    mkdirSync(join(path, "config.json"));
    expect(read).toThrow(/cannot read: is a folder, not a file/);
  });

  it("writes files that people can read", () => {
    const path = temporaryFolder();
    open(path);
    expect(readFileSync(join(path, "config.json"), "utf8")).toBe(`${JSON.stringify(config, null, 2)}\n`);
  });
});
