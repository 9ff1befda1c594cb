import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { testDevice } from "../support/device.ts";
import { readVectors, WEBNN_VECTORS } from "./cases.ts";
import { runCase } from "./run_case.ts";

const FOLDER = join(import.meta.dirname, "../..", WEBNN_VECTORS);

if (existsSync(FOLDER)) {
  describe.each(readVectors(FOLDER).map(({ op, cases }) => [op, cases] as const))("WebNN's %s", (op, cases) => {
    it.each(cases.map((test) => [test.name, test] as const))("%s", async (_, test) => {
      expect(await runCase(await testDevice(), op, test)).toBeUndefined();
    });
  });
} else {
  console.warn(`SKIPPED: the web platform's operator vectors: ${FOLDER} is not there`);
  describe.skip(`the web platform's operator vectors (${WEBNN_VECTORS} is absent)`, () => {
    it("is not run", () => {});
  });
}
