import { expect, test } from "vitest";
import { driverAdvice } from "../../scripts/driver_advice.mjs";
import { adviceFor } from "../../src/cli/doctor_checks.ts";
import type { AdapterDescription } from "../../src/gpu/description.ts";
import { debian12, debian13, other } from "../scripts/systems.ts";

const cpu = { software: true } as AdapterDescription;
const gpu = { software: false } as AdapterDescription;

test.each([debian12, debian13, other("void", [])])(
  "$name without an adapter that computes: how to get a driver",
  (system) => {
    expect(adviceFor(system, { problem: "no WebGPU adapter" })).toEqual(driverAdvice(system));
    expect(adviceFor(system, { adapter: cpu, problem: "matmul is wrong" })).toEqual(driverAdvice(system));
  },
);

test.each([debian12, other("void", [])])(
  "$name with a software driver: a GPU's driver, nothing of Mesa's that works",
  (system) => {
    const { install, note } = adviceFor(system, { adapter: cpu });
    expect(install).toEqual([]);
    expect(note).toBe("A GPU needs its own Vulkan driver: Mesa's for AMD and Intel, NVIDIA's own package for NVIDIA.");
  },
);

test("in a container with a software driver: how the GPU gets in", () => {
  expect(adviceFor({ ...debian12, container: true }, { adapter: cpu }).note).toMatch(/^In a container .*--gpus all/);
});

test("with a GPU that computes: nothing", () => {
  expect(adviceFor(debian12, { adapter: gpu })).toEqual({ install: [], note: "" });
});
