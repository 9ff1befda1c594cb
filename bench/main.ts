import { writeFileSync } from "node:fs";
import { Command, InvalidArgumentError } from "commander";
import { AdapterError } from "../src/errors.ts";
import type { Device } from "../src/gpu/device.ts";
import { openNodeDevice } from "../src/gpu/node_dawn.ts";
import { CGAN_STEP } from "./cgan_step.ts";
import { CNN_STEP } from "./cnn_step.ts";
import type { Work } from "./contestant.ts";
import { CONVOLUTIONS } from "./conv2d.ts";
import { describeEnvironment, headerLines } from "./environment.ts";
import { FIRST_STEPS, type FirstStepName, runFirstStep, timeFirstStep } from "./first_step.ts";
import { MATMULS } from "./matmul.ts";
import { FULL, QUICK } from "./measure.ts";
import { PROFILES, type Profile, profileStep, profileText } from "./profile.ts";
import { type Failure, failureOf, makeRow, type Row, rowOf } from "./report.ts";
import { resultTable } from "./table.ts";
import { openTfjs, type Tfjs } from "./tfjs.ts";

const WORK: readonly Work[] = [...MATMULS, ...CONVOLUTIONS, CNN_STEP, CGAN_STEP];

interface Options {
  readonly json?: string;
  readonly only?: RegExp;
  readonly quick?: boolean;
  readonly rivals: boolean;
  readonly toggles: readonly string[];
  readonly profile?: string | true;
  readonly top: number;
  readonly firstStep?: string;
}

const say = (line: string) => process.stderr.write(`bench: ${line}\n`);
const print = (text: string) => process.stdout.write(`${text}\n`);

const program = new Command("bench")
  .description("Times tailgrad against its rivals on this machine's adapter. See bench/README.md.")
  .option("--json <file>", "write everything, raw samples included")
  .option("--only <pattern>", "only work whose name matches (a regular expression, any case)", pattern)
  .option("--quick", "fewer samples: one where a run takes over a second")
  .option("--no-rivals", "time tailgrad alone")
  .option("--toggles <list>", "Dawn toggles for everybody, or none", list, ["disable_robustness", "skip_validation"])
  .option(
    "--profile [step]",
    `time each dispatch of a training step alone (${Object.keys(PROFILES).join(", ")}; both by default)`,
  )
  .option("--top <count>", "dispatches that --profile prints", count, 20)
  .option("--first-step <step>", "used by the benchmark itself");

program.parse();
process.exitCode = await main(program.opts<Options>());

async function main(options: Options): Promise<number> {
  if (options.firstStep) {
    await runFirstStep(options.firstStep, options.toggles);
    return 0;
  }
  let device: Device;
  try {
    device = await openNodeDevice({ toggles: options.toggles });
  } catch (error) {
    say(failureOf(error).failure);
    return error instanceof AdapterError ? 3 : 1;
  }
  try {
    const environment = describeEnvironment(device, options.toggles);
    print(`${headerLines(environment).join("\n")}\n`);
    if (options.profile) {
      const profiles = await profileAll(device, options);
      if (options.json) save(options.json, { environment, profiles });
      return 0;
    }
    const rows = await timeAll(device, options);
    print(resultTable(rows));
    print(
      "\nratio: how many times faster tailgrad is, by medians of interleaved runs. Every result was checked before it was timed.",
    );
    if (options.json) save(options.json, { environment, quick: options.quick ?? false, rows });
    const wrong = rows.filter(({ ours }) => "failure" in ours);
    for (const { name, ours } of wrong) say(`FAILED ${name}: ${(ours as Failure).failure}`);
    for (const { name, tfjs } of rows) {
      if (options.rivals && "failure" in tfjs && tfjs.failure !== "not timed") say(`${name}: tfjs: ${tfjs.failure}`);
    }
    return wrong.length > 0 ? 1 : 0;
  } finally {
    device.destroy();
  }
}

async function timeAll(device: Device, { only, quick, rivals, toggles }: Options): Promise<Row[]> {
  const chosen = WORK.filter(({ name }) => !only || only.test(name));
  const rival = rivals && chosen.length > 0 ? await openTfjs(toggles).catch(failureOf) : { failure: "not timed" };
  const rows: Row[] = [];
  try {
    for (const [i, work] of chosen.entries()) {
      say(`${i + 1} of ${chosen.length}: ${work.name}`);
      rows.push(await rowOf(work, device, rival as Tfjs | Failure, quick ? QUICK : FULL));
    }
  } finally {
    if ("close" in rival) rival.close();
  }
  for (const name of Object.keys(FIRST_STEPS) as FirstStepName[]) {
    const title = `first ${name} step of a new process, cold caches`;
    if (only && !only.test(title)) continue;
    say(title);
    const ours = await timeFirstStep(name, "tailgrad", toggles, quick ? 1 : 3);
    const tfjs = rivals && !quick ? await timeFirstStep(name, "tfjs", toggles, 1) : { failure: "not timed" };
    rows.push(makeRow(title, undefined, ours, tfjs));
  }
  if (rows.length === 0) program.error(`bench: --only ${only?.source}: no work has such a name`, { exitCode: 2 });
  return rows;
}

async function profileAll(device: Device, { profile, top }: Options): Promise<Profile[]> {
  const names = (Object.keys(PROFILES) as (keyof typeof PROFILES)[]).filter(
    (name) => profile === true || profile === name,
  );
  if (names.length === 0)
    program.error(`--profile ${profile}: take one of ${Object.keys(PROFILES).join(", ")}`, { exitCode: 2 });
  const profiles: Profile[] = [];
  for (const name of names) {
    say(`profiling the ${name} step`);
    const result = await profileStep(device, name);
    print(`${profileText(result, top)}\n`);
    profiles.push(result);
  }
  return profiles;
}

function save(file: string, content: unknown): void {
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
  say(`wrote ${file}`);
}

function pattern(text: string): RegExp {
  try {
    return new RegExp(text, "i");
  } catch {
    throw new InvalidArgumentError("it is not a regular expression");
  }
}

function list(text: string): string[] {
  return text === "none" ? [] : text.split(",").filter((name) => name !== "");
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("it must be a whole number of 1 or more");
  return value;
}
