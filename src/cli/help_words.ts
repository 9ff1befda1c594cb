import type { Command } from "commander";

/**
 * "help train gan" as "train gan --help", and "train help gan" too. Where a name is not known, the words up to it, so
 * that the same line answers as for the misspelt command itself, whatever stands behind it, --help too. Other command
 * lines stay as they are.
 */
export function helpWords(program: Command, argv: readonly string[]): readonly string[] {
  const path: string[] = [];
  let command = program;
  let asked = false;
  for (const word of argv) {
    const parent = command.commands.length > 0;
    if (word === "help" && parent && !asked) {
      asked = true;
      continue;
    }
    const child = command.commands.find((known) => known.name() === word);
    if (!child) {
      if (parent && !word.startsWith("-")) return [...path, word];
      return asked ? [...path, "--help"] : argv;
    }
    path.push(word);
    command = child;
  }
  return asked ? [...path, "--help"] : argv;
}
