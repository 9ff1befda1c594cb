import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { isInUse } from "../../src/experiments/run_lock_node.ts";
import { temporaryFolder } from "../experiments/temporary_folder.ts";
import { run, writeIdxFolder } from "./support.ts";

const locks: (number | undefined)[] = [];
function look(out: string): void {
  locks.push(isInUse(out) ? statSync(join(out, "lock")).ino : undefined);
}

vi.mock(import("../../src/experiments/reproduce/reproduce_node.ts"), async (real) => ({
  ...(await real()),
  async reproduce(_, { out }) {
    look(out);
    return { rows: [], failures: [], trained: 0, runs: 0 };
  },
}));
vi.mock(import("../../src/experiments/midway/midway_node.ts"), async (real) => ({
  ...(await real()),
  async reproduceMidway({ out }) {
    look(out);
    return { rows: [], failures: [] };
  },
}));

it("one lock holds the folder from the first row to the midway report's last", async () => {
  const folder = temporaryFolder();
  const out = join(folder, "r");
  const data = writeIdxFolder(join(folder, "data"));
  const { code, stderr } = await run(
    "reproduce",
    "--preset",
    "smoke",
    "--dataset",
    "idx",
    "--data-dir",
    data,
    "--out",
    out,
  );
  expect(code, stderr).toBe(0);
  expect(locks).toHaveLength(2);
  expect(locks[0]).toBeTypeOf("number");
  expect(locks[1]).toBe(locks[0]);
  expect(existsSync(join(out, "lock"))).toBe(false);
});
