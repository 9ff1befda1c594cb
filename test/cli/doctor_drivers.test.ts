import { expect, test } from "vitest";
import { readAnswer } from "../../src/cli/doctor_drivers.ts";

const NOISE = "Warning: maxDynamicUniformBuffersPerPipelineLayout artificially reduced from 1000000 to 16.\n";

test("an adapter is an answer, whatever else is said", () => {
  const { adapter } = readAnswer('{"adapter":"llvmpipe: Mesa 25.0.7"}', NOISE, 0, null);
  expect(adapter).toBe("llvmpipe: Mesa 25.0.7");
});

test.each([
  [
    "Error: Loader Message: setup_loader_term_phys_devs:  Failed to detect any valid GPUs in the current config",
    "no GPU of its kind here",
  ],
  [
    `${NOISE}Warning: shaderUniformBufferArrayDynamicIndexing required.\n   at x.cpp:1`,
    "shaderUniformBufferArrayDynamicIndexing required",
  ],
  [NOISE, "Dawn gives no reason"],
])("no adapter: the first complaint says why: %#", (stderr, reason) => {
  expect(readAnswer('{"adapter":null}', stderr, 0, null)).toEqual({ adapter: null, reason });
});

test("a driver that takes its process down, and one that hangs, are refused by name", () => {
  expect(readAnswer("", "Error: bad driver", null, "SIGSEGV").reason).toBe("it crashed (SIGSEGV): bad driver");
  expect(readAnswer("", "TypeError: no such module", 1, null).reason).toBe(
    "it crashed (exit code 1): TypeError: no such module",
  );
  expect(readAnswer("", "", null, "SIGTERM").reason).toBe("it did not answer within 30 s");
});
