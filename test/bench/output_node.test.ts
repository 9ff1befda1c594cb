import { lstatSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { compareText } from "../../bench/compare.ts";
import type { Options } from "../../bench/options.ts";
import { FileError, finish, finishStored, keepSoFar, loadReport, prepareOutputs } from "../../bench/output_node.ts";
import { RunningReport } from "../../bench/running_report_node.ts";
import { report, row, timed } from "./reports.ts";

const folder = mkdtempSync(join(tmpdir(), "tailgrad-bench-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let printed = "";
beforeEach(() => {
  printed = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += text;
    return true;
  });
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
});
afterEach(() => vi.restoreAllMocks());

const optionsOf = (json: string): Options => ({ json, rivals: false, toggles: [], tune: "on" });
const { environment } = report([]);

describe("a stored report", () => {
  it("that is not there or is something else is refused, named once", () => {
    const file = join(folder, "none.json");
    expect(() => loadReport(file)).toThrow(
      new FileError(`${file}: cannot read: no such file or folder; check the path`),
    );
    writeFileSync(join(folder, "other.json"), "{}");
    expect(() => loadReport(join(folder, "other.json"))).toThrow(/other\.json: not a report of this benchmark/);
  });

  it("that cannot be written is a FileError", async () => {
    await expect(finish(report([]), undefined, optionsOf(folder))).rejects.toThrow(/cannot write: is a folder/);
  });
});

describe("a run that is stopped", () => {
  it("leaves what was timed, marked as incomplete until the end", async () => {
    const options = optionsOf(join(folder, "run.json"));
    prepareOutputs(options);
    const running = new RunningReport(environment, options);
    running.measured({ gflops: 100, gigabytesPerSecond: 10 });
    running.add(row("one", { tailgrad: timed(1) }));
    running.add(row("two", { tailgrad: timed(2) }));
    const left = loadReport(options.json!);
    expect(left.rows.map(({ name }) => name)).toEqual(["one", "two"]);
    expect(left).toMatchObject({ incomplete: true, ceilings: { gflops: 100 } });
    const whole = running.report();
    expect(await finish(whole, undefined, options)).toBe(0);
    expect(loadReport(options.json!)).toEqual(whole);
    expect(whole).not.toHaveProperty("incomplete");
    expect(compareText(left, whole)).toContain("then is incomplete: the run was stopped before its end");
    expect(compareText(whole, left)).toContain("now is incomplete: the run was stopped before its end");
    expect(compareText(whole, whole)).not.toContain("incomplete");
  });

  it("is told by --from, and by what that writes", async () => {
    const [from, to] = [join(folder, "from.json"), join(folder, "to.json")];
    writeFileSync(from, "");
    keepSoFar(from, report([row("one", { tailgrad: timed(1) })]));
    await finishStored(from, undefined, optionsOf(to));
    expect(printed).toContain("INCOMPLETE: the run was stopped before its end");
    expect(loadReport(to).incomplete).toBe(true);
  });

  it("leaves a link a link", () => {
    const [file, link] = [join(folder, "linked.json"), join(folder, "link.json")];
    writeFileSync(file, "");
    symlinkSync(file, link);
    keepSoFar(link, report([]));
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ incomplete: true });
  });
});
