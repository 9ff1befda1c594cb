// The operator vectors' side in the browser: the library's own ops, run and compared there.

import { openDevice } from "../../src/gpu/adapter.ts";
import type { ConformanceCase } from "../conformance/cases.ts";
import { runCase } from "../conformance/run_case.ts";

const device = openDevice(navigator.gpu);

Object.assign(window, {
  /** What is wrong with a case, in one line; null where nothing is. */
  runOperatorCase: async (op: string, test: ConformanceCase) => (await runCase(await device, op, test)) ?? null,
});
