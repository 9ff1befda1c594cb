/** What `tailgrad doctor` finds out, apart from how it prints it. */
import { existsSync } from "node:fs";
import { type DriverAdvice, driverAdvice, hardwareAdvice, type System } from "../../scripts/driver_advice.mjs";
import { compile } from "../autograd/compile.ts";
import { matmul } from "../autograd/ops/matmul.ts";
import { Variable } from "../autograd/tensor.ts";
import { KNOWN_DATASETS } from "../data/idx_catalog.ts";
import { datasetCacheDir } from "../data/load_node.ts";
import { tuningFolder } from "../experiments/tuning_node.ts";
import type { AdapterDescription } from "../gpu/description.ts";
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

/** What was found out about the adapter, as far as it went. */
export interface Probe {
  readonly adapter?: AdapterDescription;
  readonly limits?: Record<string, number>;
  readonly matmul?: MatmulCheck;
  readonly problem?: string;
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

/** Where something is kept between runs. */
export interface CacheFolder {
  /** A data set's name, or "tuning" for the kernels chosen by measuring. */
  readonly name: string;
  readonly folder: string;
  readonly present: boolean;
}

/** Where downloads and measurements are kept, and whether anything is there. */
export function cacheFolders(): CacheFolder[] {
  const folders: [string, string][] = [...KNOWN_DATASETS.keys()].map((name) => [name, datasetCacheDir(name)]);
  return [...folders, ["tuning", tuningFolder()] as const].map(([name, folder]) => ({
    name,
    folder,
    present: existsSync(folder),
  }));
}

/** What is left to do: all about drivers without an adapter that computes, a GPU's with the CPU alone, nothing with a GPU. */
export function adviceFor(system: System, probe: Probe): DriverAdvice {
  if (!probe.adapter || probe.problem !== undefined) return driverAdvice(system);
  return probe.adapter.software ? hardwareAdvice(system) : { install: [], note: "" };
}
