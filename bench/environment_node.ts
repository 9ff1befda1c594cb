import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus, release, type as systemType, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Device } from "../src/gpu/device.ts";
import { describeAdapter } from "./adapter.ts";
import type { Environment } from "./result.ts";

/** Environment variables that change how fast a software driver is. */
const VARIABLES = [
  "LP_NATIVE_VECTOR_WIDTH",
  "LP_NUM_THREADS",
  "GALLIVM_PERF",
  "VK_DRIVER_FILES",
  "MESA_SHADER_CACHE_DISABLE",
];

/** What Node can tell of the machine and of the packages in play, wherever the benchmark itself runs. */
export function describeMachine(): Pick<Environment, "cpu" | "memoryGiB" | "system" | "versions" | "driverVariables"> {
  const processors = cpus();
  return {
    driverVariables: Object.fromEntries(
      VARIABLES.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
    ),
    versions: {
      tailgrad: ownVersion(),
      tfjs: packageVersion("@tensorflow/tfjs-core"),
      "jax-js": packageVersion("@jax-js/jax"),
      webgpu: packageVersion("webgpu"),
      tinybench: packageVersion("tinybench"),
      node: process.versions.node,
    },
    cpu: `${processors.length} x ${processors[0]?.model.trim() ?? "unknown"}`,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${systemType()} ${release()} ${process.arch}`,
  };
}

/** Describes a run in this process. */
export function describeNode(device: Device, toggles: readonly string[], jaxThreads: number): Environment {
  const machine = describeMachine();
  return {
    date: new Date().toISOString(),
    ...describeAdapter(device),
    runtime: `Node ${process.versions.node}, Dawn (npm webgpu ${machine.versions.webgpu})`,
    toggles,
    // tfjs takes none in Node.
    wasmThreads: `tfjs 1, jax-js ${jaxThreads}`,
    ...machine,
  };
}

/** The version in a package's package.json, found from its entry point upwards: most do not export the file itself. */
function packageVersion(name: string): string {
  try {
    return versionAbove(createRequire(import.meta.url).resolve(name), name);
  } catch {
    return "unknown";
  }
}

function ownVersion(): string {
  return versionAbove(fileURLToPath(import.meta.url), "tailgrad");
}

function versionAbove(path: string, name: string): string {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, "package.json");
    if (!existsSync(file)) continue;
    const content = JSON.parse(readFileSync(file, "utf8")) as { readonly name?: string; readonly version?: string };
    if (content.name === name) return content.version ?? "unknown";
  }
  return "unknown";
}
