/** Everything that can be given wrongly: one clear line that names it and the way out, and the right exit code. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BadInput, CASES, LINUX_ONLY, WRONG_CALLS } from "./bad_input_cases.ts";
import { writePlaces } from "./bad_input_places.ts";
import { isBuilt, start } from "./built.ts";

const folder = mkdtempSync(join(tmpdir(), "tailgrad-bad-input-"));
beforeAll(() => writePlaces(folder));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const all = [...CASES, ...(process.platform === "linux" ? LINUX_ONLY : [])];
const wordsOf = ({ line }: BadInput) => (typeof line === "string" ? line.split(" ") : line);

const NEXT_COMMAND = /; .*`npx tailgrad [^`]+`/;
/** Where a line says what to do: a command, an order, or what is allowed. */
const WAY_OUT = /; \S|`npx tailgrad [^`]+`|\b(Give|Allowed choices are|take one of)\b/;

test("there are enough cases, each once", () => {
  expect(CASES.length).toBeGreaterThanOrEqual(140);
  expect(new Set(all.map((one) => wordsOf(one).join(" "))).size).toBe(all.length);
});

describe.skipIf(!isBuilt)("dist/cli.js (skipped until `npm run build`)", { timeout: 120_000 }, () => {
  describe.concurrent("refuses with one line", () => {
    test.each(all.map((one) => [wordsOf(one).join(" "), one] as const))("tailgrad %s", async (_, one) => {
      const { code, stdout, stderr } = await start(folder, wordsOf(one), { ...one.env }).ended;
      const lines = stderr.trimEnd().split("\n");
      const errors = lines.filter((line) => line.startsWith("error: "));
      expect({ code, stdout, errors: errors.length }, stderr).toEqual({ code: one.code ?? 2, stdout: "", errors: 1 });
      expect(lines.at(-1), "the last line").toBe(errors[0]);
      expect(errors[0]).toContain(one.says);
      expect(errors[0]).toMatch(WRONG_CALLS.includes(one) ? NEXT_COMMAND : WAY_OUT);
      expect(errors[0]!.length, "short enough to read").toBeLessThan(900);
      expect(stderr, "no stack trace").not.toMatch(/^ +at .*\.[cm]?[jt]s:\d|node:internal/m);
    });
  });
});
