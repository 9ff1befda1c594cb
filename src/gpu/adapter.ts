import { AdapterError } from "../errors.ts";
import type { AdapterDescription } from "./description.ts";
import { Device, type DeviceOptions } from "./device.ts";

const SOFTWARE_NAMES = /llvmpipe|lavapipe|swiftshader|software|microsoft basic render/i;

function describe(adapter: GPUAdapter): AdapterDescription {
  const { vendor, architecture, device, description, subgroupMinSize, subgroupMaxSize, isFallbackAdapter } =
    adapter.info;
  const fixed = adapter.features.has("subgroups") && subgroupMinSize === subgroupMaxSize;
  // Mesa writes "llvmpipe-llvm-15-0-6-256-bits-" and leaves the version to the description.
  const name = /^llvmpipe/.test(device)
    ? `llvmpipe (LLVM ${/llvm-([\d-]+?)-(\d+)-bits/.exec(device)?.[1]?.replaceAll("-", ".") ?? "?"}, ${/(\d+)-bits/.exec(device)?.[1] ?? "?"} bits)`
    : device || description || [vendor, architecture].filter(Boolean).join(" ") || "unnamed adapter";
  return {
    name,
    vendor,
    architecture,
    driver: description,
    software: isFallbackAdapter || SOFTWARE_NAMES.test(`${device} ${description} ${architecture}`),
    subgroupSize: fixed ? (subgroupMinSize ?? 0) : 0,
    features: [...adapter.features].sort(),
  };
}

/** Limits that the project profits from when the adapter offers more than WebGPU's defaults. */
const RAISED_LIMITS = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
  "maxComputeWorkgroupStorageSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
  "maxComputeWorkgroupSizeY",
] as const;

const USED_FEATURES = ["subgroups", "timestamp-query", "shader-f16"] as const;

/** How {@link openDevice} chooses. */
export interface OpenOptions extends DeviceOptions {
  /** Take a software adapter even where a GPU is present (tests, comparisons). */
  readonly forceSoftware?: boolean;
}

/**
 * Opens the best adapter that `gpu` offers: a GPU where there is one, else a software adapter.
 * Throws AdapterError when there is none.
 */
export async function openDevice(gpu: GPU, options: OpenOptions = {}): Promise<Device> {
  if (typeof gpu?.requestAdapter !== "function") {
    throw new AdapterError(
      "there is no WebGPU here (navigator.gpu is missing); use a browser that has it, over https, or openNodeDevice() in Node",
    );
  }
  const adapter = options.forceSoftware
    ? await gpu.requestAdapter({ forceFallbackAdapter: true })
    : ((await gpu.requestAdapter({ powerPreference: "high-performance" })) ?? (await gpu.requestAdapter()));
  if (!adapter) {
    throw new AdapterError(
      "no WebGPU adapter was found; run `npx tailgrad doctor` in Node, or open chrome://gpu in Chromium, to see which driver is missing",
    );
  }
  const requiredLimits: Record<string, number> = {};
  for (const limit of RAISED_LIMITS) requiredLimits[limit] = adapter.limits[limit];
  const device = await adapter.requestDevice({
    label: "tailgrad",
    requiredFeatures: USED_FEATURES.filter((feature) => adapter.features.has(feature)),
    requiredLimits,
  });
  return new Device(device, describe(adapter), options);
}
