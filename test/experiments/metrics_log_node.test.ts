import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { DataError } from "../../src/errors.ts";
import { appendMetrics, dropMetricsAfter, readMetrics, syncMetrics } from "../../src/experiments/metrics_log_node.ts";
import { operationsOf, systemError, withFault } from "./failing_fs.ts";
import { temporaryFolder } from "./temporary_folder.ts";

vi.mock("node:fs", async (original) => (await import("./failing_fs.ts")).failingFs(await original()));

const newLog = () => join(temporaryFolder(), "metrics.jsonl");

describe("the metrics log", () => {
  it("gives back what was appended", () => {
    const path = newLog();
    expect(readMetrics(path)).toEqual([]);
    appendMetrics(path, [
      { step: 0, loss: 1.5 },
      { step: 1, loss: Number.NaN },
    ]);
    appendMetrics(path, [{ step: 2, text: "two\nlines" }]);
    appendMetrics(path, []);
    syncMetrics(path);
    expect(readMetrics(path)).toEqual([
      { step: 0, loss: 1.5 },
      { step: 1, loss: null },
      { step: 2, text: "two\nlines" },
    ]);
    expect(readFileSync(path, "utf8").split("\n")).toHaveLength(4);
  });

  it("drops later steps and a torn last line, wherever it was torn", () => {
    const path = newLog();
    const whole = '{"step":1}\n{"step":2}\n';
    const next = '{"step":3,"loss":0.25}';
    for (let length = 0; length <= next.length; length++) {
      writeFileSync(path, whole + next.slice(0, length));
      expect(readMetrics(path)).toEqual([{ step: 1 }, { step: 2 }]);
      dropMetricsAfter(path, Number.POSITIVE_INFINITY);
      expect(readFileSync(path, "utf8")).toBe(whole);
    }
    dropMetricsAfter(path, 1);
    expect(readMetrics(path)).toEqual([{ step: 1 }]);
    dropMetricsAfter(path, -1);
    expect(readMetrics(path)).toEqual([]);
  });

  it("drops a last line that a power cut filled with zeros, but refuses damage before it", () => {
    const path = newLog();
    writeFileSync(path, '{"step":1}\n\0\0\0\n');
    expect(readMetrics(path)).toEqual([{ step: 1 }]);
    appendFileSync(path, '{"step":2}\n');
    expect(() => readMetrics(path)).toThrow(DataError);
    expect(() => readMetrics(path)).toThrow(
      /metrics\.jsonl: line 2 is not a JSON object with a step: damaged; restore/,
    );
  });

  it("is what it was when the disk is full in the middle of a line", () => {
    const path = newLog();
    appendMetrics(path, [{ step: 1 }]);
    const before = (operation: string) => {
      if (operation === "write") throw systemError("ENOSPC");
    };
    const append = () =>
      withFault({ before, writes: (length) => length >> 1 }, () => appendMetrics(path, [{ step: 2 }]));
    expect(append).toThrow(/cannot append: disk full/);
    expect(readFileSync(path, "utf8")).toBe('{"step":1}\n');
  });

  it("keeps the lines it does not drop as they were written", () => {
    const path = newLog();
    const deep = `{"step":1,"odd":${"[".repeat(50_000)}${"]".repeat(50_000)}}\n`;
    writeFileSync(path, `${deep}{ "step": 2, "rate": 1e400 }\n{"step":3}\n`);
    dropMetricsAfter(path, 2);
    expect(readFileSync(path, "utf8") === `${deep}{ "step": 2, "rate": 1e400 }\n`).toBe(true);
  });

  it.each(['{"step":-1}', '{"step":1.5}', '{"__proto__":{"step":1}}', "[1]", "1", ""])("refuses line %j", (line) => {
    const path = newLog();
    writeFileSync(path, `${line}\n{"step":2}\n`);
    expect(() => readMetrics(path)).toThrow(/line 1 is not a JSON object with a step/);
  });

  it("brings its lines to the disk itself when told", () => {
    const path = newLog();
    appendMetrics(path, [{ step: 1 }]);
    expect(operationsOf(() => syncMetrics(path))).toEqual(["open metrics.jsonl", "sync metrics.jsonl"]);
  });

  it("syncs nothing where nothing is", () => {
    expect(() => syncMetrics(newLog())).not.toThrow();
  });
});
