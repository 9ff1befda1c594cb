import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus, release, type as systemType, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Device } from "../src/gpu/device.ts";

/** What a figure means nothing without. */
export interface Environment {
  readonly date: string;
  readonly adapter: string;
  readonly driver: string;
  readonly subgroupSize: number;
  readonly runtime: string;
  readonly toggles: readonly string[];
  readonly driverVariables: Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, string>>;
  readonly cpu: string;
  readonly memoryGiB: number;
  readonly system: string;
}

/** Environment variables that change how fast a software driver is. */
const VARIABLES = [
  "LP_NATIVE_VECTOR_WIDTH",
  "LP_NUM_THREADS",
  "GALLIVM_PERF",
  "VK_DRIVER_FILES",
  "MESA_SHADER_CACHE_DISABLE",
];

/** Describes the machine, the adapter and the versions in play. */
export function describeEnvironment(device: Device, toggles: readonly string[]): Environment {
  const { adapter } = device;
  const processors = cpus();
  const dawn = packageVersion("webgpu");
  return {
    date: new Date().toISOString(),
    adapter: adapter.name,
    driver: adapter.driver,
    subgroupSize: adapter.subgroupSize,
    runtime: `Node ${process.versions.node}, Dawn (npm webgpu ${dawn})`,
    toggles,
    driverVariables: Object.fromEntries(
      VARIABLES.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
    ),
    versions: {
      tailgrad: ownVersion(),
      tfjs: packageVersion("@tensorflow/tfjs-backend-webgpu"),
      node: process.versions.node,
      webgpu: dawn,
      tinybench: packageVersion("tinybench"),
    },
    cpu: `${processors.length} x ${processors[0]?.model.trim() ?? "unknown"}`,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${systemType()} ${release()} ${process.arch}`,
  };
}

/** The header lines of the printed report. */
export function headerLines(environment: Environment): string[] {
  const { versions, toggles, driverVariables } = environment;
  const variables = Object.entries(driverVariables).map(([name, value]) => `${name}=${value}`);
  return [
    `adapter   ${environment.adapter}, subgroups of ${environment.subgroupSize || "no fixed size"}`,
    `driver    ${environment.driver}${variables.length > 0 ? `, ${variables.join(" ")}` : ""}`,
    `runtime   ${environment.runtime}`,
    `toggles   ${toggles.join(", ") || "none"} (the same for everybody)`,
    `versions  ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(", ")}`,
    `machine   ${environment.cpu}, ${environment.memoryGiB} GiB, ${environment.system}`,
    `date      ${environment.date}`,
  ];
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
