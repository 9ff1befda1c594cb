/** What `tailgrad doctor` finds out, apart from how it prints it. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { driverAdvice, readSystem, type System } from "../../scripts/driver_advice.mjs";
import { compile } from "../autograd/compile.ts";
import { matmul } from "../autograd/ops/matmul.ts";
import { Variable } from "../autograd/tensor.ts";
import { KNOWN_DATASETS } from "../data/idx_catalog.ts";
import { datasetCacheDir } from "../data/load_node.ts";
import type { Device } from "../gpu/device.ts";
import * as philox from "../kernels/random/philox.ts";

/** Sizes without a common factor with any tile, so that the edges are computed too. */
const M = 509;
const N = 499;
const K = 521;
const TIMED_RUNS = 10;

/** Limits of the device that decide what fits. */
const LIMITS = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
  "maxComputeWorkgroupStorageSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupsPerDimension",
] as const;

/** A product computed by the adapter, held against the same product in float64. */
export interface MatmulCheck {
  readonly shape: string;
  readonly correct: boolean;
  /** Largest |difference| over the largest sum of |a * b| that one element could be. */
  readonly relativeError: number;
  readonly gflops: number;
}

/** Multiplies two random matrices on `device`, compares with the CPU, and measures the rate (for information). */
export async function checkMatmul(device: Device): Promise<MatmulCheck> {
  const a = philox.normal(1, 1, 0, M * K);
  const b = philox.normal(1, 2, 0, K * N);
  const left = new Variable(a, [M, K], { name: "a" });
  const right = new Variable(b, [K, N], { name: "b" });
  const step = await compile(device, () => ({ product: matmul(left, right) }));
  try {
    step.run();
    const product = await step.read("product");
    const began = performance.now();
    step.run(TIMED_RUNS);
    await device.settle();
    const seconds = (performance.now() - began) / 1000;
    const relativeError = worstError(product, a, b);
    return {
      shape: `${M}x${K} times ${K}x${N}`,
      // f32 sums of 521 products: about 521 roundings of 2^-24 at the very worst.
      correct: relativeError < 1e-5,
      relativeError,
      gflops: (2 * M * N * K * TIMED_RUNS) / seconds / 1e9,
    };
  } finally {
    step.destroy();
    left.destroy();
    right.destroy();
  }
}

function worstError(product: ArrayLike<number>, a: Float32Array, b: Float32Array): number {
  let worst = 0;
  let scale = 0;
  for (let i = 0; i < M; i++) {
    for (let j = 0; j < N; j++) {
      let sum = 0;
      let magnitude = 0;
      for (let k = 0; k < K; k++) {
        const term = a[i * K + k]! * b[k * N + j]!;
        sum += term;
        magnitude += Math.abs(term);
      }
      const difference = Math.abs(product[i * N + j]! - sum);
      // Written so that NaN is the worst.
      if (!(difference <= worst)) worst = difference;
      scale = Math.max(scale, magnitude);
    }
  }
  return worst / scale;
}

/** The limits in use, by name. */
export function deviceLimits(device: Device): Record<string, number> {
  return Object.fromEntries(LIMITS.map((name) => [name, device.gpu.limits[name]]));
}

/** Vulkan drivers that the loader can see by their manifests, and variables that change what it looks at. */
export function vulkanDrivers(): { manifests: string[]; variables: Record<string, string> } {
  const folders = ["/etc/vulkan/icd.d", "/usr/local/share/vulkan/icd.d", "/usr/share/vulkan/icd.d"];
  const names = [
    "VK_DRIVER_FILES",
    "VK_ADD_DRIVER_FILES",
    "VK_ICD_FILENAMES",
    "VK_LOADER_DRIVERS_SELECT",
    "VK_LOADER_DRIVERS_DISABLE",
  ];
  const manifests = folders.flatMap((folder) => listFolder(folder).map((name) => join(folder, name)));
  const variables = names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []));
  return { manifests, variables: Object.fromEntries(variables) as Record<string, string> };
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .sort();
  } catch {
    return [];
  }
}

/** Where downloads are kept, and whether anything is there. */
export function cacheFolders(): { dataset: string; folder: string; present: boolean }[] {
  return [...KNOWN_DATASETS.keys()].map((dataset) => {
    const folder = datasetCacheDir(dataset);
    return { dataset, folder, present: existsSync(folder) };
  });
}

/** The machine and how to get a better driver on it. */
export function systemAdvice(): { system: System; advice: ReturnType<typeof driverAdvice> } {
  const system = readSystem();
  return { system, advice: driverAdvice(system) };
}
