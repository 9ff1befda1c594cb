/** Which Vulkan drivers are installed, and what Dawn makes of each: found out by asking with that driver alone. */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { shortLine } from "../data/plain_text.ts";

/** What became of an installed driver. */
export type Verdict = "taken" | "usable" | "refused";

/** An installed Vulkan driver. */
export interface VulkanDriver {
  readonly manifest: string;
  /** The library that the manifest names. */
  readonly library: string;
  readonly verdict: Verdict;
  /** The adapter that it offers, or why it offers none. */
  readonly detail: string;
}

/** Where the loader looks for manifests, in its order. */
const FOLDERS = [
  join(homedir(), ".local/share/vulkan/icd.d"),
  "/etc/vulkan/icd.d",
  "/usr/local/share/vulkan/icd.d",
  "/usr/share/vulkan/icd.d",
];
const VARIABLES = [
  "VK_DRIVER_FILES",
  "VK_ADD_DRIVER_FILES",
  "VK_ICD_FILENAMES",
  "VK_LOADER_DRIVERS_SELECT",
  "VK_LOADER_DRIVERS_DISABLE",
];
const TIMEOUT_MS = 30_000;

/** Prints the adapter that Dawn takes, or null; ends without waiting for the driver's threads. */
const PROBE = `
const { create } = await import(process.argv[1]);
const gpu = create([]);
const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
const { description, device } = adapter?.info ?? {};
process.stdout.write(JSON.stringify({ adapter: adapter ? description || device : null }), () => process.exit());
`;

/** What Dawn answered, and why it found nothing. */
interface Answer {
  readonly adapter: string | null;
  readonly reason: string;
}

/** Variables of the environment that change which drivers the loader looks at. */
export function driverVariables(): Record<string, string> {
  const present = VARIABLES.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []));
  return Object.fromEntries(present) as Record<string, string>;
}

/** Every installed driver; `taken` is the driver of the adapter that the library took, if it took one. */
export async function vulkanDrivers(taken?: string): Promise<VulkanDriver[]> {
  if (process.platform !== "linux" || !dawnUrl()) return [];
  const manifests = FOLDERS.flatMap((folder) => listManifests(folder));
  return Promise.all(
    manifests.map(async (manifest) => {
      const { adapter, reason } = await ask({ VK_DRIVER_FILES: manifest });
      const verdict: Verdict = adapter === null ? "refused" : adapter === taken ? "taken" : "usable";
      return { manifest, library: libraryOf(manifest), verdict, detail: adapter ?? reason };
    }),
  );
}

/** Why Dawn finds no adapter with the environment as it is. */
export async function whyNoAdapter(): Promise<string> {
  return (await ask({})).reason;
}

function listManifests(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
    return names.sort().map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function libraryOf(manifest: string): string {
  try {
    const { ICD } = JSON.parse(readFileSync(manifest, "utf8")) as { ICD?: { library_path?: string } };
    return ICD?.library_path ?? "no library named";
  } catch {
    return "manifest not readable";
  }
}

/** Where Dawn's package lies, if it is installed. */
export function dawnUrl(): string | undefined {
  try {
    return pathToFileURL(createRequire(import.meta.url).resolve("webgpu")).href;
  } catch {
    return undefined;
  }
}

/** In a process of its own: a bad driver can crash or hang the one that loads it. */
function ask(environment: Record<string, string>): Promise<Answer> {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR ?? tmpdir(),
    ...environment,
  };
  // The older name would go first.
  if ("VK_DRIVER_FILES" in environment) delete env.VK_ICD_FILENAMES;
  const dawn = dawnUrl();
  if (!dawn) return Promise.resolve({ adapter: null, reason: "the package webgpu (Dawn) is not installed" });
  const child = spawn(process.execPath, ["--input-type=module", "--eval", PROBE, dawn], { env, timeout: TIMEOUT_MS });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve) => {
    child.on("error", (error) => resolve({ adapter: null, reason: shortLine(error.message) }));
    child.on("close", (code, signal) => resolve(readAnswer(stdout, stderr, code, signal)));
  });
}

/** Reads what the asking process left. */
export function readAnswer(stdout: string, stderr: string, code: number | null, signal: NodeJS.Signals | null): Answer {
  if (stdout.startsWith('{"adapter":')) {
    const { adapter } = JSON.parse(stdout) as { adapter: string | null };
    return { adapter, reason: complaint(stderr) };
  }
  if (signal === "SIGTERM") return { adapter: null, reason: `it did not answer within ${TIMEOUT_MS / 1000} s` };
  const ending = signal === null ? `exit code ${code}` : signal;
  return { adapter: null, reason: `it crashed (${ending}): ${complaint(stderr)}` };
}

/** What the loader, the driver or Dawn complained of, in a few words. */
function complaint(stderr: string): string {
  if (stderr.includes("Failed to detect any valid GPUs")) return "no GPU of its kind here";
  const lines = stderr.split(/\r?\n/).map((line) => line.trim());
  const first = lines.find((line) => /^(Warning|\w*Error):/.test(line) && !line.includes("artificially reduced"));
  return first ? shortLine(first.replace(/^Warning: |^Error: (Loader Message: )?|\.$/g, "")) : "Dawn gives no reason";
}
