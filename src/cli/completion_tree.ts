import type { Argument, Command, Option } from "commander";
import { usualValues } from "./usual_values.ts";

/** What may stand behind an option or as an argument. */
export type Value =
  | { readonly kind: "none" | "file" | "folder" | "other" }
  | { readonly kind: "choice"; readonly choices: readonly string[] };

/** An option as a shell completes it. */
export interface Flag {
  /** With its dashes: "--seed". */
  readonly long: string;
  readonly short: string | undefined;
  readonly description: string;
  readonly value: Value;
}

/** A command and those below it. */
export interface Node {
  readonly name: string;
  /** Names from the program down, without the program's. */
  readonly path: readonly string[];
  readonly description: string;
  readonly flags: readonly Flag[];
  readonly argument: Value;
  readonly children: readonly Node[];
}

/** What commander knows of a command, as shells need it. */
export function commandTree(command: Command, path: readonly string[] = []): Node {
  const help = command.createHelp();
  const [argument] = command.registeredArguments;
  return {
    name: command.name(),
    path,
    description: command.description(),
    flags: help.visibleOptions(command).flatMap((option) => flagOf(option)),
    argument: argument ? argumentValue(argument) : { kind: "none" },
    children: help
      .visibleCommands(command)
      .filter((child) => child.name() !== "help")
      .map((child) => commandTree(child, [...path, child.name()])),
  };
}

/** All commands of a tree, the root first. */
export function allNodes(root: Node): Node[] {
  return [root, ...root.children.flatMap(allNodes)];
}

function flagOf(option: Option): Flag[] {
  const { long, short, description, flags } = option;
  const argChoices = option.argChoices ?? usualValues(option);
  if (!long) return [];
  const takes = option.required || option.optional;
  const value: Value = !takes
    ? { kind: "none" }
    : argChoices
      ? { kind: "choice", choices: argChoices }
      : { kind: /<file>/.test(flags) ? "file" : /<folder>/.test(flags) ? "folder" : "other" };
  return [{ long, short, description, value }];
}

function argumentValue(argument: Argument): Value {
  if (argument.argChoices) return { kind: "choice", choices: argument.argChoices };
  return { kind: "folder" };
}
