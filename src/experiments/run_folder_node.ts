import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { oneLine, showValue } from "../data/plain_text.ts";
import { DataError, UsageError } from "../errors.ts";
import { type Checkpoint, checkpointFiles, readCheckpoint, writeCheckpoint } from "./checkpoint_node.ts";
import {
  attempt,
  checkOwnFolder,
  isFolder,
  isTemporaryName,
  makeFolder,
  readFileIfThere,
  removeTemporaries,
  writeFileAtomic,
} from "./files_node.ts";
import { describeIssue } from "./json_bytes.ts";
import { jsonDifferences } from "./json_differences.ts";
import { jsonText, readJsonFile } from "./json_file_node.ts";
import type { MetricsLine } from "./metrics_lines.ts";
import { appendMetrics, dropMetricsAfter, readMetrics, syncMetrics } from "./metrics_log_node.ts";
import { otherKind, plainText } from "./run_config.ts";
import { isLockName, lockFolder } from "./run_lock_node.ts";

const configFile = "config.json";
const metricsFile = "metrics.jsonl";
const resultFile = "result.json";
const failureFile = "failure.json";
const failureSchema = z.object({ error: plainText });
const tuningFile = "tuning.json";
const tuningSchema = z.record(z.string(), z.string());
const checkpointName = "checkpoint";
const picturesFolder = "pictures";

/**
 * What a run left: `config.json`, `tuning.json`, `metrics.jsonl`, `checkpoint.*`, `pictures/`, `result.json` or `failure.json`. Reading takes
 * no lock and writes nothing, so a running run can be read too.
 */
export class RunReader<Config> {
  readonly path: string;
  readonly config: Config;

  protected constructor(path: string, config: Config) {
    this.path = path;
    this.config = config;
  }

  /** Opens a run to read it. @throws DataError if there is none, or its config.json is not what `schema` says */
  static read<Config>(path: string, schema: z.core.$ZodType<Config>): RunReader<Config> {
    const config = readJsonFile(join(path, configFile), schema);
    if (config === undefined) {
      throw new DataError(
        `${path}: no run here (${configFile} is missing); train one with \`npx tailgrad train\`, or check the path`,
      );
    }
    return new RunReader(path, config);
  }

  /** The metrics so far, oldest first, without a last line torn by a kill. */
  readMetrics(): MetricsLine[] {
    return readMetrics(join(this.path, metricsFile));
  }

  /** The newest intact checkpoint, or undefined if none was written. @see readCheckpoint */
  readCheckpoint(onWarning: (message: string) => void): Checkpoint | undefined {
    return readCheckpoint(this.path, checkpointName, onWarning);
  }

  /** The run's result, or undefined while it has none. @throws DataError if it is not what `schema` says */
  readResult<Result>(schema: z.core.$ZodType<Result>): Result | undefined {
    return readJsonFile(join(this.path, resultFile), schema);
  }

  /** What ended the run before its last step, or undefined where nothing did. @throws DataError if it is damaged */
  readFailure(): string | undefined {
    return readJsonFile(join(this.path, failureFile), failureSchema)?.error;
  }

  /** The kernels that the run's steps are made of, or undefined if it has not begun. @throws DataError if it is damaged */
  readTuning(): Record<string, string> | undefined {
    return readJsonFile(join(this.path, tuningFile), tuningSchema);
  }

  /** A picture's bytes, or undefined if there is none of that name. */
  readPicture(name: string): Uint8Array | undefined {
    const path = join(this.path, picturesFolder, fileName(name));
    checkOwnFolder(join(this.path, picturesFolder));
    return readFileIfThere(path);
  }
}

/** A run folder that this process alone writes to, from `open` to `close`. */
export class RunFolder<Config> extends RunReader<Config> {
  private readonly unlock: () => void;

  private constructor(path: string, config: Config, unlock: () => void) {
    super(path, config);
    this.unlock = unlock;
  }

  /**
   * Refuses a folder that `open` would refuse, as far as that shows before the data are loaded: `wanted` is what is known
   * of the config by then. Takes no lock and writes nothing.
   *
   * @throws UsageError as `open` does; DataError if the path is no folder, or its config.json is damaged
   */
  static check<Config extends object>(path: string, schema: z.core.$ZodType<Config>, wanted: Partial<Config>): void {
    if (!isFolder(path)) return;
    checkNothingElse(path);
    const stored = readConfig(path, schema, wanted);
    if (stored === undefined) return;
    const known = Object.entries(stored).filter(([key]) => key in wanted);
    checkSameConfig(path, Object.fromEntries(known), wanted);
  }

  /**
   * Makes a run folder, or opens one to go on with it: then it must have been made with the same config.
   *
   * @throws UsageError if the folder holds another config (it names the keys that differ), something else than a run, or a
   *   run that another process works on
   */
  static open<Config>(path: string, schema: z.core.$ZodType<Config>, config: Config): RunFolder<Config> {
    const parsed = z.safeParse(schema, config);
    if (!parsed.success)
      throw new UsageError(`${path}: cannot start a run: ${describeIssue(parsed.error)}; correct it`);
    const wanted = parsed.data;
    makeFolder(path);
    checkNothingElse(path);
    const unlock = lockFolder(path);
    try {
      removeTemporaries(path);
      const stored = readConfig(path, schema, wanted);
      if (stored === undefined) writeFileAtomic(join(path, configFile), jsonText(wanted));
      else checkSameConfig(path, stored, wanted);
      // A new line must not be glued to one that a kill tore.
      dropMetricsAfter(join(path, metricsFile), Number.POSITIVE_INFINITY);
      return new RunFolder(path, wanted, unlock);
    } catch (error) {
      unlock();
      throw error;
    }
  }

  /** Adds lines to `metrics.jsonl`, in one write. */
  appendMetrics(...lines: readonly MetricsLine[]): void {
    appendMetrics(join(this.path, metricsFile), lines);
  }

  /** Drops metrics of later steps than the checkpoint that the run goes on from; -1 drops all. */
  dropMetricsAfter(step: number): void {
    dropMetricsAfter(join(this.path, metricsFile), step);
  }

  /** Makes `bytes` the run's checkpoint at `step`; the one before stays as a second generation. */
  writeCheckpoint(step: number, bytes: Uint8Array): void {
    // First, so that a checkpoint's step never lies beyond the metrics after a power cut.
    syncMetrics(join(this.path, metricsFile));
    writeCheckpoint(this.path, checkpointName, step, bytes);
  }

  /** Writes `pictures/NAME`. */
  writePicture(name: string, bytes: Uint8Array): string {
    const folder = join(this.path, picturesFolder);
    const path = join(folder, fileName(name));
    checkOwnFolder(folder);
    makeFolder(folder);
    writeFileAtomic(path, bytes);
    return path;
  }

  /** Writes `tuning.json`: the run goes on with these kernels. */
  writeTuning(choices: Readonly<Record<string, string>>): void {
    writeFileAtomic(join(this.path, tuningFile), jsonText(choices));
  }

  /** Writes `result.json`: the run is finished. */
  writeResult(result: unknown): void {
    writeFileAtomic(join(this.path, resultFile), jsonText(result));
  }

  /** Writes `failure.json`: why the run ended before its last step. */
  writeFailure(error: string): void {
    writeFileAtomic(join(this.path, failureFile), jsonText({ error: oneLine(error) }));
  }

  /** Removes `failure.json`: the run goes on. */
  dropFailure(): void {
    const path = join(this.path, failureFile);
    attempt("remove", path, () => rmSync(path, { force: true }));
  }

  /** Lets other processes open the folder. */
  close(): void {
    this.unlock();
  }
}

/** A name for a file inside a folder, and nowhere else. @throws UsageError */
function fileName(name: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name)) return name;
  throw new UsageError(
    `${showValue(name)}: not a file name here; use 1 to 100 letters, digits, dots, dashes and underscores`,
  );
}

/** Refuses a folder with other things in it, say a home folder, before anything is written there. */
function checkNothingElse(path: string): void {
  const names = attempt("list", path, () => readdirSync(path));
  if (names.includes(configFile)) return;
  const strange = names.find((name) => !isTemporaryName(name) && !isLockName(name));
  if (strange === undefined) return;
  const what = checkpointFiles(checkpointName).includes(strange) ? "a run without its" : "not a run, it has no";
  throw new UsageError(
    `${path}: ${what} ${configFile} but ${showValue(strange)}; choose an empty or a new folder, or restore ${configFile}`,
  );
}

/** The run's config, or undefined if it has none. A run of the other kind is refused by name: it is not damaged. */
function readConfig<Config>(path: string, schema: z.core.$ZodType<Config>, wanted: unknown): Config | undefined {
  const file = join(path, configFile);
  const other = otherKind(readJsonFile(file, z.unknown()), wanted);
  if (other !== undefined) throw new UsageError(`${path}: ${other}; choose another folder`);
  return readJsonFile(file, schema);
}

function checkSameConfig(path: string, stored: unknown, wanted: unknown): void {
  const differing = jsonDifferences(stored, wanted);
  if (differing.length === 0) return;
  const list = differing.map(({ key, a, b }) => `${key} (there ${show(a)}, now ${show(b)})`).join(", ");
  throw new UsageError(
    `${path}: holds a run with other options: ${list}; go on with the same options, or choose another folder`,
  );
}

function show(value: unknown): string {
  return value === undefined ? "nothing" : showValue(value, 60);
}
