import type { Command } from "commander";
import { oneLine } from "../data/plain_text.ts";
import { AdapterError, GpuError, TailgradError } from "../errors.ts";
import type { AdapterDescription } from "../gpu/description.ts";
import type { Context } from "./context.ts";
import {
  cacheFolders,
  checkMatmul,
  deviceLimits,
  type MatmulCheck,
  systemAdvice,
  vulkanDrivers,
} from "./doctor_checks.ts";
import { type AdapterFlags, addAdapterOptions } from "./options.ts";
import { packageVersion } from "./package_info.ts";
import { adapterLine, openDevice } from "./session.ts";
import { textTable } from "./table.ts";

interface Flags extends AdapterFlags {
  readonly json?: boolean;
}

/** What was found out about the adapter, as far as it went. */
interface Probe {
  readonly adapter?: AdapterDescription;
  readonly limits?: Record<string, number>;
  readonly matmul?: MatmulCheck;
  readonly problem?: string;
}

const examples = `
Examples:
  $ tailgrad doctor
  $ tailgrad doctor --json

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
  const findings = { ...collect(), ...probe };
  if (flags.json) terminal.printJson(findings);
  else terminal.print(findingsText(findings));
  if (probe.adapter === undefined) {
    throw new AdapterError(`no usable adapter: ${probe.problem}; the findings above say what to install`);
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

function collect() {
  const { system, advice } = systemAdvice();
  const { node, v8 } = process.versions;
  return { tailgrad: packageVersion(), node, v8, system, vulkan: vulkanDrivers(), caches: cacheFolders(), advice };
}

type Findings = ReturnType<typeof collect> & Probe;

function findingsText(findings: Findings): string {
  const { system, vulkan, caches } = findings;
  const libc =
    system.platform === "linux" ? `, ${system.glibc === null ? "no glibc (musl)" : `glibc ${system.glibc}`}` : "";
  const rows = [
    ["tailgrad", findings.tailgrad],
    ["Node", findings.node],
    ["system", `${system.name}, ${system.platform}-${system.arch}${libc}`],
    ...(system.platform === "linux"
      ? [["drivers", vulkan.manifests.join(" ") || "no Vulkan driver manifest found"]]
      : []),
    ...Object.entries(vulkan.variables).map(([name, value]) => ["variable", `${name}=${value}`]),
    ...adapterRows(findings),
    ...caches.map(({ dataset, folder, present }) => ["cache", `${dataset}: ${folder}${present ? "" : " (empty)"}`]),
    ...adviceRows(findings),
  ];
  return textTable(rows, ["left", "left"]);
}

function adapterRows({ adapter, limits, matmul, problem }: Findings): string[][] {
  const rows: string[][] = [["adapter", adapter ? adapterLine(adapter) : `none: ${problem}`]];
  if (adapter) {
    const subgroups = adapter.subgroupSize > 0 ? String(adapter.subgroupSize) : "none of one fixed size";
    rows.push(["subgroups", subgroups], ["features", adapter.features.join(" ")]);
  }
  for (const [name, value] of Object.entries(limits ?? {})) rows.push(["limit", `${name} ${value}`]);
  if (matmul) {
    const verdict = matmul.correct ? "right" : "WRONG";
    const error = `largest error ${matmul.relativeError.toExponential(1)} of the scale`;
    rows.push(["matmul", `${matmul.shape}: ${verdict}, ${error}, ${matmul.gflops.toPrecision(3)} GFLOP/s`]);
  } else if (adapter) rows.push(["matmul", `failed: ${problem}`]);
  return rows;
}

/** Advice where there is something to gain: no adapter, or only the CPU. */
function adviceRows({ adapter, advice, vulkan }: Findings): string[][] {
  if (adapter && !adapter.software) return [];
  const hidden = Object.keys(vulkan.variables);
  return [
    ...(adapter || hidden.length === 0 ? [] : [["try first", `unset ${hidden.join(" ")}`]]),
    ...(adapter ? [] : advice.install.map((command) => ["install", command])),
    ...(advice.note === "" ? [] : [["note", advice.note]]),
  ];
}
