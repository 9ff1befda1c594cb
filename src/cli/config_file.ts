/** Options from a file: --config FILE and --print-config, for commands that take many. */
import { type Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { z } from "zod";
import { didYouMean } from "../data/nearest_name.ts";
import { shortLine, showValue } from "../data/plain_text.ts";
import { findDuplicateKey } from "../data/strict_json.ts";
import { UsageError } from "../errors.ts";
import { readFileIfThere } from "../experiments/files_node.ts";
import { jsonText } from "../experiments/json_file_node.ts";
import { type Context, commandLine, commandPath } from "./context.ts";
import { fileNamed } from "./parse.ts";

const MOST_BYTES = 256 * 1024;
/** What says how a command talks, not what it does. */
const NOT_IN_FILES = ["config", "print-config", "json", "quiet", "help"];

/** A flat object: each option by the name that --help shows, without the dashes. */
const fileSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

const EXAMPLE = '{"imbalance": "1/2", "max-steps": 300}';

/** The lines that every such command's help ends with. */
export const CONFIG_HELP = `
A config file is a JSON object of options by their names, such as
${EXAMPLE}. What the command line says goes before
what the file says, and that before the defaults. --print-config writes such a
file.`;

/** Adds --config and --print-config; call it behind all other options. */
export function addConfigOptions(command: Command, context: Context): Command {
  return command
    .optionsGroup("Config file:")
    .addOption(new Option("--config <file>", "a JSON file of options").argParser(fileNamed(".json")))
    .option("--print-config", "print the options as they would be taken, as such a file, and end")
    .addHelpText("after", CONFIG_HELP)
    .hook("preAction", () => applyConfig(command, context));
}

function applyConfig(command: Command, context: Context): void {
  const { config: file, printConfig } = command.opts<{ config?: string; printConfig?: boolean }>();
  if (file !== undefined) applyFile(command, file, readBytes(file));
  if (!printConfig) return;
  context.open(command.opts()).print(jsonText(configOf(command)).trimEnd());
  throw new CommanderError(0, "tailgrad.printConfig", "the options are printed");
}

function readBytes(file: string): Uint8Array {
  const bytes = readFileIfThere(file, MOST_BYTES);
  if (bytes === undefined) throw new UsageError(`--config ${file}: no such file; check the path`);
  return bytes;
}

/** Sets the options that a file's bytes hold, but for those that the command line gave. Throws UsageError naming file and key. */
export function applyFile(command: Command, file: string, bytes: Uint8Array): void {
  for (const [key, value] of Object.entries(parseConfig(command, file, bytes))) setOption(command, file, key, value);
}

function parseConfig(command: Command, file: string, bytes: Uint8Array): z.infer<typeof fileSchema> {
  let value: unknown;
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    value = JSON.parse(text);
  } catch (cause) {
    const why = shortLine(cause instanceof SyntaxError ? cause.message : "not UTF-8");
    throw new UsageError(`--config ${file}: not valid JSON (${why}); correct it`, { cause });
  }
  const twice = findDuplicateKey(text);
  if (twice !== undefined) throw new UsageError(`--config ${file}: holds the key ${showValue(twice)} twice; leave one`);
  const parsed = fileSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [key] = parsed.error.issues[0]?.path ?? [];
  const problem = key === undefined ? `holds ${kindOf(value)}, not an object of options` : valueProblem(value, key);
  throw new UsageError(
    `--config ${file}: ${problem}; write it such as ${EXAMPLE}, ` +
      `or see \`${commandLine([...commandPath(command).split(" "), "--print-config"])}\``,
  );
}

function valueProblem(options: unknown, key: PropertyKey): string {
  const value = (options as Record<PropertyKey, unknown>)[key];
  return `${showValue(key)} is ${kindOf(value)}, not a text, a number, true or false`;
}

/** What a JSON value is, in words. */
function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return { object: "an object", string: "a text", number: "a number" }[typeof value as string] ?? "true or false";
}

/** The options that a file may hold, by their names. */
function fileOptions(command: Command): Map<string, Option> {
  const known = command.options.map((option) => [option.long?.replace(/^--/, "") ?? "", option] as const);
  return new Map(known.filter(([name, { hidden }]) => !hidden && !NOT_IN_FILES.includes(name)));
}

function setOption(command: Command, file: string, key: string, value: string | number | boolean): void {
  const known = fileOptions(command);
  const option = known.get(key);
  const where = `--config ${file}: ${showValue(key)}`;
  if (!option) {
    const names = [...known.keys()];
    const problem = `${where} is no option of ${commandPath(command)}${didYouMean(key, names)}`;
    throw new UsageError(`${problem}; take one of ${names.join(", ")}`);
  }
  const attribute = option.attributeName();
  const given = command.getOptionValueSource(attribute) === "cli";
  const read = readValue(option, where, value);
  if (!given) command.setOptionValueWithSource(attribute, read, "config");
}

function readValue(option: Option, where: string, value: string | number | boolean): unknown {
  if (option.isBoolean()) {
    if (typeof value === "boolean") return value;
    throw new UsageError(`${where}: ${showValue(value)} is neither true nor false; give one of them`);
  }
  if (typeof value === "boolean")
    throw new UsageError(`${where}: ${value} is no value for it; give a text or a number`);
  try {
    return option.parseArg ? option.parseArg(String(value), undefined) : String(value);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    const rule = error.message.replace(/\.$/, "");
    throw new UsageError(`${where}: ${showValue(value)} is invalid; ${rule.charAt(0).toLowerCase()}${rule.slice(1)}`);
  }
}

/** The options in force, as a file would hold them. */
export function configOf(command: Command): Record<string, unknown> {
  const values = command.opts<Record<string, unknown>>();
  const entries = [...fileOptions(command)].flatMap(([name, option]) => {
    const value = values[option.attributeName()];
    if (value === undefined) return [];
    return [[name, Array.isArray(value) ? value.join(",") : value] as const];
  });
  return Object.fromEntries(entries);
}
