import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

const run = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  return { status, stdout, stderr };
};

test("an unknown option ends with 1 and names the ones there are", () => {
  expect(run("scripts/setup.mjs", "--chekc")).toEqual({
    status: 1,
    stdout: "",
    stderr: "setup: unknown option --chekc: the options are --test and --check.\n",
  });
});

test("an old Node ends with 2, before anything is done, and says where to get another", () => {
  const pretend = 'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.18.3" } })';
  const { status, stderr } = run(
    "--import",
    `data:text/javascript,${encodeURIComponent(pretend)}`,
    "scripts/setup.mjs",
  );
  expect(status).toBe(2);
  expect(stderr).toMatch(
    /^setup: Node 20\.18\.3 is too old, tailgrad needs 20\.19 or newer\. Install .*nodejs\.org.*\n$/,
  );
});

test("the totals line counts a file that cannot be loaded as a failure", () => {
  const folder = mkdtempSync(join(tmpdir(), "tailgrad-totals-"));
  const report = join(folder, "report.json");
  const counts = { numPassedTests: 3, numFailedTests: 1, numPendingTests: 2, numTodoTests: 0 };
  const testResults = [
    { status: "failed", assertionResults: [{ status: "failed" }, { status: "passed" }] },
    { status: "failed", assertionResults: [] },
    { status: "passed", assertionResults: [{ status: "passed" }] },
  ];
  writeFileSync(report, JSON.stringify({ ...counts, testResults }));
  expect(run("scripts/test_totals.mjs", report).stdout).toBe("3 passed, 2 failed, 2 skipped\n");
  rmSync(folder, { recursive: true });
});
