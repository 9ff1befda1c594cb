import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { loadReport } from "../../bench/output_node.ts";

const folder = mkdtempSync(join(tmpdir(), "tailgrad-bench-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a stored report", () => {
  it("that is not there or is something else is refused, named once", () => {
    const file = join(folder, "none.json");
    expect(() => loadReport(file)).toThrow(
      new RegExp(`^${file}: cannot read: no such file or folder; check the path$`),
    );
    writeFileSync(join(folder, "other.json"), "{}");
    expect(() => loadReport(join(folder, "other.json"))).toThrow(/other\.json: not a report of this benchmark/);
  });
});
