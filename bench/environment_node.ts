import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus, release, type as systemType, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Device } from "../src/gpu/device.ts";
import { describeAdapter } from "./adapter.ts";
import type { Options } from "./options.ts";
import { type Environment, OURS } from "./result.ts";

/** Environment variables that change how fast a software driver is. */
const VARIABLES = [
  "LP_NATIVE_VECTOR_WIDTH",
  "LP_NUM_THREADS",
  "GALLIVM_PERF",
  "VK_DRIVER_FILES",
  "MESA_SHADER_CACHE_DISABLE",
];

/** What Node can tell of the machine and of the packages in play, wherever the benchmark itself runs. */
export function describeMachine(): Pick<
  Environment,
  "commit" | "cpu" | "memoryGiB" | "system" | "versions" | "driverVariables"
> {
  const processors = cpus();
  const own = packageAbove(fileURLToPath(import.meta.url), OURS);
  const commit = own && commitOf(own.folder);
  return {
    ...(commit === undefined ? {} : { commit }),
    driverVariables: Object.fromEntries(
      VARIABLES.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
    ),
    versions: {
      tailgrad: own?.version ?? "unknown",
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
export function describeNode(
  device: Device,
  { toggles, tune }: Pick<Options, "toggles" | "tune">,
  jaxThreads: number,
): Environment {
  const machine = describeMachine();
  return {
    date: new Date().toISOString(),
    ...describeAdapter(device),
    runtime: `Node ${process.versions.node}, Dawn (npm webgpu ${machine.versions.webgpu})`,
    toggles,
    tune,
    // tfjs takes none in Node.
    wasmThreads: `tfjs 1, jax-js ${jaxThreads}`,
    ...machine,
  };
}

/** The version in a package's package.json, found from its entry point upwards: most do not export the file itself. */
function packageVersion(name: string): string {
  try {
    return packageAbove(createRequire(import.meta.url).resolve(name), name)?.version ?? "unknown";
  } catch {
    return "unknown";
  }
}

interface Package {
  readonly folder: string;
  readonly version: string;
}

function packageAbove(path: string, name: string): Package | undefined {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, "package.json");
    if (!existsSync(file)) continue;
    const content = JSON.parse(readFileSync(file, "utf8")) as { readonly name?: string; readonly version?: string };
    if (content.name === name) return { folder, version: content.version ?? "unknown" };
  }
  return undefined;
}

/** The commit that a repository is at, with "-dirty" where its files differ from it; nothing where there is no git or no repository. */
export function commitOf(folder: string): string | undefined {
  const git = (...args: readonly string[]) =>
    execFileSync("git", args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  try {
    // A package that is installed within a repository is not of its commits.
    if (git("rev-parse", "--show-cdup") !== "") return undefined;
    return git("describe", "--always", "--dirty", "--abbrev=7", "--exclude", "*");
  } catch {
    return undefined;
  }
}
