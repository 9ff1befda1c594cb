import { UsageError } from "../errors.ts";
import { type Invocation, readInvocation } from "../experiments/invocation_node.ts";
import { type CnnConfig, type GanConfig, otherKind, type RunConfig, runConfig } from "../experiments/run_config.ts";
import { RunReader } from "../experiments/run_folder_node.ts";

/** A finished or begun run that a command builds on. */
export interface RunOrigin<C extends RunConfig = RunConfig> {
  /** The option that named it, such as "--gan-run". */
  readonly option: string;
  readonly folder: string;
  readonly config: C;
  readonly invocation: Invocation | undefined;
}

/** Reads a GAN's run. Throws DataError if the folder holds no run, UsageError if it holds a classifier's. */
export function readGanRun(option: string, folder: string): RunOrigin<GanConfig> {
  const { config, ...rest } = readRun(option, folder);
  if (config.kind === "gan") return { ...rest, config };
  throw new UsageError(
    `${option} ${folder}: ${otherKind(config, { kind: "gan" })}; train one with \`npx tailgrad train gan\` and name its folder`,
  );
}

/** Reads a classifier's run. Throws DataError if the folder holds no run, UsageError if it holds a GAN's. */
export function readCnnRun(option: string, folder: string): RunOrigin<CnnConfig> {
  const { config, ...rest } = readRun(option, folder);
  if (config.kind === "cnn") return { ...rest, config };
  throw new UsageError(
    `${option} ${folder}: ${otherKind(config, { kind: "cnn" })}; train one with \`npx tailgrad train cnn\` and name its folder`,
  );
}

function readRun(option: string, folder: string): RunOrigin {
  return { option, folder, config: RunReader.read(folder, runConfig).config, invocation: readInvocation(folder) };
}

/** The run folder that a command was given, as an argument or by --run. Throws UsageError unless by exactly one of them. */
export function chooseRun(argument: string | undefined, option: string | undefined, command: string): string {
  if (argument !== undefined && option !== undefined && argument !== option) {
    throw new UsageError(`${command}: got two run folders, ${argument} and --run ${option}; give one`);
  }
  const folder = argument ?? option;
  if (folder === undefined) {
    throw new UsageError(`${command}: no run folder given; name one with --run, such as --run runs/g`);
  }
  return folder;
}
