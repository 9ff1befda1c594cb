import { basename } from "node:path";
import type { Command } from "commander";
import { readSystem } from "../../scripts/driver_advice.mjs";
import { oneLine } from "../data/plain_text.ts";
import { AdapterError, GpuError, TailgradError } from "../errors.ts";
import type { Context } from "./context.ts";
import { adviceFor, cacheFolders, checkMatmul, deviceLimits, type Probe } from "./doctor_checks.ts";
import { dawnUrl, driverVariables, vulkanDrivers, whyNoAdapter } from "./doctor_drivers.ts";
import { type AdapterFlags, addAdapterOptions } from "./options.ts";
import { packageVersion } from "./package_info.ts";
import { adapterLine, openDevice } from "./session.ts";
import { textTable } from "./table.ts";

interface Flags extends AdapterFlags {
  readonly json?: boolean;
}

/** Features that kernels or profiles use; --json lists all. */
const NAMED_FEATURES = ["shader-f16", "timestamp-query"];

const examples = `
Asks Dawn with each installed driver alone, multiplies two matrices on the
adapter and compares the product with the CPU's. The rate is a rough one, of a
single kernel; \`npm run bench\` measures properly.

Examples:
  $ tailgrad doctor
  $ tailgrad doctor --json

In --json, advice.install holds commands where no adapter computes rightly, and
is empty where one does.

Exit code 0: everything works; 3: no adapter, or one that fails the check.
`;

/** `tailgrad doctor`: says what this machine offers, what is missing and how to get it. */
export function addDoctor(parent: Command, context: Context): void {
  const command = parent
    .command("doctor")
    .description("Check Node, the graphics driver and the adapter, and say what to install")
    .option("--json", "print the findings as one JSON object");
  addAdapterOptions(command)
    .addHelpText("after", examples)
    .action((flags: Flags) => doctorCommand(flags, context));
}

async function doctorCommand(flags: Flags, context: Context): Promise<void> {
  const terminal = context.open();
  const probe = await probeAdapter(flags);
  const findings = { ...(await collect(probe)), ...probe };
  if (flags.json) terminal.printJson(findings);
  else terminal.print(findingsText(findings));
  if (probe.adapter === undefined) {
    throw new AdapterError(`no usable adapter: ${probe.problem}; the findings on stdout say what to do`);
  }
  if (probe.problem !== undefined) {
    throw new GpuError(`${probe.adapter.name}: ${probe.problem}; update its driver, or try --software`);
  }
}

/** Opens the adapter and computes with it; never throws but for a bug. */
async function probeAdapter(flags: AdapterFlags): Promise<Probe> {
  let probe: Probe = {};
  try {
    const device = await openDevice(flags);
    try {
      probe = { adapter: device.adapter, limits: deviceLimits(device) };
      const matmul = await checkMatmul(device);
      const wrong = `matmul ${matmul.shape} is wrong by ${matmul.relativeError.toExponential(1)} of its scale`;
      return { ...probe, matmul, ...(matmul.correct ? {} : { problem: wrong }) };
    } finally {
      device.destroy();
    }
  } catch (error) {
    if (!(error instanceof TailgradError)) throw error;
    // This is the doctor: sending people to it would be a circle.
    return { ...probe, problem: oneLine(error.message).replace(/; run `npx tailgrad doctor`.*$/, "") };
  }
}

async function collect(probe: Probe) {
  const { adapter } = probe;
  const system = readSystem();
  const { node, v8 } = process.versions;
  return {
    tailgrad: packageVersion(),
    node,
    v8,
    system,
    dawn: dawnUrl() !== undefined,
    vulkan: { drivers: await vulkanDrivers(adapter?.driver), variables: driverVariables() },
    ...(adapter ? {} : { reason: await whyNoAdapter() }),
    caches: cacheFolders(),
    advice: adviceFor(system, probe),
  };
}

type Findings = Awaited<ReturnType<typeof collect>> & Probe;

function findingsText(findings: Findings): string {
  const { system, vulkan, caches } = findings;
  const libc =
    system.platform === "linux" ? `, ${system.glibc === null ? "no glibc (musl)" : `glibc ${system.glibc}`}` : "";
  const places = [system.container ? "container" : "", system.wsl ? "WSL" : ""].filter((place) => place !== "");
  const rows = [
    ["verdict", verdict(findings)],
    ["tailgrad", findings.tailgrad],
    ["Node", findings.node],
    ["system", `${[system.name, ...places].join(", ")}, ${system.platform}-${system.arch}${libc}`],
    ...driverRows(findings),
    ...Object.entries(vulkan.variables).map(([name, value]) => ["variable", `${name}=${value}`]),
    ...adapterRows(findings),
    ...caches.map(({ name, folder, present }) => ["cache", `${name}: ${folder}${present ? "" : " (empty)"}`]),
    ...adviceRows(findings),
  ];
  return textTable(rows, ["left", "left"]);
}

/** What it all comes to. */
function verdict({ adapter, problem }: Findings): string {
  if (!adapter) return "nothing here can compute: the last lines say what to do";
  if (problem !== undefined) return "the adapter computes wrongly: update its driver, or try --software";
  return adapter.software ? "ready, on the CPU: right, but many times slower than a GPU" : "ready";
}

function driverRows({ system, dawn, vulkan: { drivers } }: Findings): string[][] {
  if (!dawn) return [["Dawn", "the npm package webgpu is not installed"]];
  if (system.platform !== "linux") return [];
  if (drivers.length === 0) return [["driver", "no Vulkan driver is installed"]];
  const order = { taken: 0, usable: 1, refused: 2 };
  return [...drivers]
    .sort((a, b) => order[a.verdict] - order[b.verdict])
    .map(({ manifest, verdict, detail }) => ["driver", `${basename(manifest, ".json")}: ${verdict}, ${detail}`]);
}

function adapterRows({ adapter, limits, matmul, problem, reason }: Findings): string[][] {
  const rows: string[][] = [["adapter", adapter ? adapterLine(adapter) : `none: ${reason ?? problem}`]];
  if (adapter) {
    const subgroups = adapter.subgroupSize > 0 ? `subgroups of ${adapter.subgroupSize}` : "no subgroups of one size";
    const known = (name: string) => `${adapter.features.includes(name) ? "" : "no "}${name}`;
    rows.push(["features", [subgroups, ...NAMED_FEATURES.map(known)].join(", ")]);
  }
  for (const [name, value] of Object.entries(limits ?? {})) {
    rows.push(["limit", `${name} ${/Size$/.test(name) ? showBytes(value) : value}`]);
  }
  if (matmul) {
    const verdict = matmul.correct ? "right" : "WRONG";
    const error = `largest error ${matmul.relativeError.toExponential(1)} of the scale`;
    rows.push(["matmul", `${matmul.shape}: ${verdict}, ${error}, ${matmul.gflops.toPrecision(3)} GFLOP/s`]);
  } else if (adapter) rows.push(["matmul", `failed: ${problem}`]);
  return rows;
}

/** A number of bytes in the largest unit that leaves it whole or nearly so. */
function showBytes(bytes: number): string {
  const powers = ["bytes", "KiB", "MiB", "GiB"];
  const power = Math.min(3, Math.floor(Math.log2(Math.max(1, bytes + 1)) / 10));
  return `${Number((bytes / 1024 ** power).toFixed(1))} ${powers[power]}`;
}

/** Advice where there is something to gain: no adapter, or only the CPU. */
function adviceRows({ adapter, advice, dawn, vulkan }: Findings): string[][] {
  if (!dawn) return [["install", "npm install webgpu"]];
  const hidden = Object.keys(vulkan.variables);
  const usable = vulkan.drivers.some((driver) => driver.verdict === "usable");
  return [
    ...(adapter || hidden.length === 0 ? [] : [["try first", `unset ${hidden.join(" ")}`]]),
    ...(adapter || usable ? [] : advice.install.map((command) => ["install", command])),
    ...(advice.note === "" ? [] : [["note", advice.note]]),
  ];
}
