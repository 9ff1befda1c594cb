import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { expect, test } from "vitest";
import { Context } from "../../src/cli/context.ts";
import { buildProgram } from "../../src/cli/program.ts";
import { CaughtStream, run } from "./support.ts";

/** Thrown once a command line has been read and would be acted on. */
class Ready extends Error {}

/** Reads a command line with the real program, short of doing it. Gives what is wrong with it; nothing if all is right. */
async function problemOf(argv: readonly string[]): Promise<string | undefined> {
  const stderr = new CaughtStream();
  const program = buildProgram(new Context(argv, { stdout: new CaughtStream(), stderr }));
  program.hook("preAction", () => {
    throw new Ready();
  });
  try {
    await program.parseAsync(argv, { from: "user" });
  } catch (error) {
    if (error instanceof Ready) return undefined;
    return stderr.text || String(error);
  }
  return "nothing to do";
}

/** The command line without what people are told beside it: comments, pipes, files written to, remarks in brackets. */
function wordsOf(line: string): string[] {
  const bare = line
    .replace(/\s#.*$/, "")
    .replace(/\s[|>]\s.*$/, "")
    .replace(/\s{2,}\(.*\)$/, "");
  return bare.trim().split(/\s+/);
}

function readmeLines(): string[] {
  const text = readFileSync("README.md", "utf8").replaceAll(/\\\n\s*/g, "");
  return [...text.matchAll(/^npx tailgrad (.*)$/gm)].map(([, line]) => line!);
}

async function helpLines(): Promise<string[]> {
  const paths: string[][] = [];
  const walk = (command: Command, path: string[]) => {
    paths.push(path);
    for (const child of command.commands) walk(child, [...path, child.name()]);
  };
  walk(buildProgram(new Context([], { stdout: new CaughtStream(), stderr: new CaughtStream() })), []);
  const lines: string[] = [];
  for (const path of paths) {
    const { stdout } = await run(...path, "--help");
    for (const [, line] of stdout.replaceAll(/\\\n\s*/g, "").matchAll(/^\s*\$ tailgrad (.*)$/gm)) lines.push(line!);
  }
  return lines;
}

test.each([
  ["README.md", readmeLines, 6],
  ["the help texts", helpLines, 20],
])("every command line in %s is one that the program takes", async (_, linesOf, least) => {
  const lines = await linesOf();
  expect(lines.length).toBeGreaterThanOrEqual(least);
  for (const line of lines) expect(await problemOf(wordsOf(line)), line).toBeUndefined();
});

test.each([
  ["train gan --gann x", "unknown option"],
  ["explain", "missing required argument"],
  ["data fetch fashion", "is invalid"],
  ["train", "Usage: "],
])("the test would notice: %s", async (line, problem) => {
  expect(await problemOf(wordsOf(line))).toContain(problem);
});
