import assert from "node:assert/strict";
import { type Command, CommanderError } from "commander";
import fc from "fast-check";
import { Context, commandLine } from "../../../src/cli/context.ts";
import { reportFailure } from "../../../src/cli/failure.ts";
import { CNN_DEFAULTS } from "../../../src/cli/options.ts";
import { buildProgram } from "../../../src/cli/program.ts";
import { defaultRunFolder } from "../../../src/cli/run_name.ts";
import { UsageError } from "../../../src/errors.ts";
import type { Rng } from "../../../src/kernels/random/philox.ts";
import { CaughtStream } from "../../cli/support.ts";
import { byteMutators, type Mutator, pick } from "../mutate.ts";
import type { Reader } from "../reader.ts";

/** Between the words of a command line: the one character that no argument can hold. */
const BETWEEN = "\0";

const option = fc.oneof(
  fc.constantFrom(
    "--json",
    "--quiet",
    "--software",
    "--offline",
    "--help",
    "--version",
    "--toggles=a,b",
    "--print-config",
    "--out x.png",
  ),
  fc.tuple(fc.constantFrom("--seed", "--epochs", "--batch-size", "--max-steps", "--per-class", "--wgsl"), fc.nat(9)),
  fc.tuple(fc.constantFrom("--learning-rate", "--beta1"), fc.constantFrom("0.5", "5e-4", ".9")),
  fc.tuple(fc.constantFrom("--dataset", "--data-dir", "--run", "--gan-run", "--out"), fc.constantFrom("a", "mnist")),
  fc.tuple(fc.constant("--imbalance"), fc.constantFrom("1/2", "7/9", "low_unbalanced")),
  fc.tuple(fc.constant("--gan"), fc.constantFrom("mlp_cgan_relu", "dccgan_leaky")),
  fc.tuple(fc.constant("--rebalance"), fc.constantFrom("none", "upsampled")),
);
const line = fc
  .tuple(
    fc.constantFrom(
      ["demo"],
      ["train", "gan"],
      ["train", "cnn"],
      ["generate", "runs/g"],
      ["evaluate", "runs/c"],
      ["explain", "cnn"],
      ["data", "info"],
      ["data", "fetch", "mnist"],
      ["doctor"],
      ["train"],
    ),
    fc.array(option, { maxLength: 4 }),
  )
  .map(([command, options]) => [...command, ...options.flat().flatMap((word) => String(word).split(" "))]);

const HOSTILE = [
  "",
  " ",
  "-",
  "--",
  "---",
  "-3",
  "0",
  "1e400",
  "0x10",
  "9007199254740993",
  "99999999999999999999",
  "NaN",
  "Infinity",
  "--seed=",
  "--seed=1",
  "--__proto__",
  "--constructor=1",
  "__proto__",
  "constructor",
  "toString",
  "help",
  "a\nb",
  "\r",
  "\u001b[2J",
  "\u009b31m",
  "\u2028",
  "7/9\n",
  "a\t,b",
  "../..",
  "/etc/passwd",
  "--no-json",
  "-h",
  "-V",
  "@file",
  "$(id)",
  "`id`",
  "it's",
  "\u202egnp.exe",
  "x".repeat(5000),
];

type WordEdit = (words: string[], rng: Rng) => void;
const edits: readonly WordEdit[] = [
  (words, rng) => words.splice(rng.integer(words.length + 1), 1),
  (words, rng) => words.splice(rng.integer(words.length + 1), 0, pick(rng, HOSTILE)),
  (words, rng) => {
    words[rng.integer(words.length)] = pick(rng, HOSTILE);
  },
  (words, rng) => words.splice(rng.integer(words.length + 1), 0, pick(rng, words)),
  (words, rng) => {
    words[rng.integer(words.length)] += pick(rng, HOSTILE);
  },
];
const mutateWords: Mutator = (input, rng, other) => {
  const words = wordsOf(input);
  if (rng.chance(0.2)) words.push(...wordsOf(other).slice(1));
  else pick(rng, edits)(words, rng);
  return bytesOf(words);
};

function wordsOf(input: Uint8Array): string[] {
  return new TextDecoder().decode(input).split(BETWEEN);
}

function bytesOf(words: readonly string[]): Uint8Array {
  return new TextEncoder().encode(words.join(BETWEEN));
}

/** The command's parser: what it accepts would be run, here it is only looked at. */
export const commandLines: Reader = {
  name: "cli",
  names: "see `npx tailgrad",
  seeds: line.map(bytesOf),
  mutators: [...byteMutators, ...new Array<Mutator>(20).fill(mutateWords)],
  open() {
    const [stdout, stderr] = [new CaughtStream(), new CaughtStream()];
    const context = new Context([], { stdout, stderr });
    const program = buildProgram(context);
    const parsed: Command[] = [];
    withoutActions(program, parsed);
    return {
      async read(input) {
        const words = wordsOf(input);
        stdout.text = "";
        stderr.text = "";
        parsed.length = 0;
        try {
          await program.parseAsync(words, { from: "user" });
        } catch (error) {
          if (!(error instanceof CommanderError)) throw error;
          checkRefusal(reportFailure(error, context.terminal), stdout.text, stderr.text);
          return;
        }
        const [command] = parsed;
        assert.ok(command !== undefined && parsed.length === 1, "one command was found");
        checkParsed(
          words,
          command.opts(),
          command.processedArgs.filter((word) => word !== undefined),
        );
      },
      close() {},
    };
  },
};

/** Makes each command note itself in `parsed` instead of working. */
function withoutActions(command: Command, parsed: Command[]): void {
  if (command.commands.length === 0) command.action(() => void parsed.push(command));
  for (const child of command.commands) withoutActions(child, parsed);
}

/** Help, the version and the options as a file are no refusals; anything else is one line, thrown on as the error that it is to the user. */
function checkRefusal(exitCode: number, stdout: string, stderr: string): void {
  if (exitCode === 0) {
    assert.match(stdout, /^(Usage: tailgrad|\d+\.\d+\.\d+\n$|\{\n {2}"[\s\S]*\n\}\n$)/);
    assert.equal(stderr, "");
    return;
  }
  assert.equal(exitCode, 2);
  assert.equal(stdout, "");
  if (stderr.startsWith("Usage: tailgrad")) return;
  assert.match(stderr, /^error: [^\n]+\n$/);
  throw new UsageError(stderr.slice(0, -1));
}

function checkParsed(words: readonly string[], flags: Record<string, unknown>, positional: readonly string[]): void {
  for (const word of [...words, ...positional]) assert.match(word, /^[^\p{Cc}\u2028\u2029]*$/u, "accepted as it is");
  for (const word of positional) assert.notEqual(word.trim(), "");
  const { seed = 1, epochs = 1, batchSize = 1, maxSteps = 1, learningRate = 1, beta1 = 0 } = flags;
  for (const count of [seed, epochs, batchSize, maxSteps]) assert.ok(Number.isSafeInteger(count));
  assert.ok(Number(seed) >= 0 && Number(epochs) >= 1 && Number(batchSize) >= 1 && Number(maxSteps) >= 1);
  assert.ok(Math.fround(Number(learningRate)) > 0 && Number(beta1) >= 0 && Number(beta1) < 1);
  const { dataset = "garments", imbalance = "1" } = flags;
  const name = { words: ["cnn"], dataset: String(dataset), imbalance: String(imbalance) };
  const numbers = { seed: Number(seed), batchSize: Number(batchSize), learningRate: Number(learningRate) };
  assert.match(defaultRunFolder({ ...name, ...numbers }, CNN_DEFAULTS), /^runs[\\/]cnn-[A-Za-z0-9._-]+$/);
  assert.match(commandLine(words), /^npx tailgrad[^\p{Cc}]*$/u);
}
