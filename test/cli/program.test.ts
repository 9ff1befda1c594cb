import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { run } from "./support.ts";

const commands = [
  [],
  ["demo"],
  ["train"],
  ["train", "gan"],
  ["train", "cnn"],
  ["reproduce"],
  ["report"],
  ["watch"],
  ["generate"],
  ["evaluate"],
  ["export"],
  ["explain"],
  ["data"],
  ["data", "info"],
  ["data", "fetch"],
  ["doctor"],
  ["completion"],
];

test.each(commands.map((words) => [words.join(" "), words] as const))(
  "tailgrad %s --help goes to stdout, exit 0",
  async (_, words) => {
    const { code, stdout, stderr } = await run(...words, "--help");
    expect(code).toBe(0);
    expect(stderr).toBe("");
    expect(stdout).toMatch(new RegExp(`^Usage: ${["tailgrad", ...words].join(" ")} `));
    expect(stdout, "examples").toContain("\n  $ ");
    const wide = stdout.replaceAll(/^ +\$ .*(\\\n.*)*/gm, "").split("\n");
    expect(
      wide.filter((line) => line.length > 80),
      "wider than a terminal",
    ).toEqual([]);
    expect(stdout, "two empty lines").not.toContain("\n\n\n");
  },
);

test.each([
  ["help", "tailgrad "],
  ["help train", "tailgrad train "],
  ["help train gan", "tailgrad train gan "],
  ["train help cnn", "tailgrad train cnn "],
  ["help generate runs/g", "tailgrad generate "],
])("tailgrad %s is that command's help", async (line, usage) => {
  const { code, stdout, stderr } = await run(...line.split(" "));
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(new RegExp(`^Usage: ${usage}\\[`));
});

test.each(["report", "data info", "train cnn"])("tailgrad %s --help begins its options with Options", async (line) => {
  const { stdout } = await run(...line.split(" "), "--help");
  const groups = [...stdout.matchAll(/^([A-Z][a-z]+):$/gm)].map(([, group]) => group);
  expect(groups.find((group) => group !== "Arguments")).toBe("Options");
});

test.each([
  ["help trian", "error: unknown command 'trian' (Did you mean train?); see `npx tailgrad --help`\n"],
  ["help train gna", "error: unknown command 'gna' (Did you mean gan?); see `npx tailgrad train --help`\n"],
  ["train help gna", "error: unknown command 'gna' (Did you mean gan?); see `npx tailgrad train --help`\n"],
  ["trian --help", "error: unknown command 'trian' (Did you mean train?); see `npx tailgrad --help`\n"],
  ["trian gan -h", "error: unknown command 'trian' (Did you mean train?); see `npx tailgrad --help`\n"],
  ["train gna --seed 3 --help", "error: unknown command 'gna' (Did you mean gan?); see `npx tailgrad train --help`\n"],
])("tailgrad %s is one line", async (line, stderr) => {
  expect(await run(...line.split(" "))).toEqual({ code: 2, stdout: "", stderr });
});

test("--version is package.json's", async () => {
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
  expect(await run("--version")).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
});

test("without a command the help goes to stderr, exit 2", async () => {
  const { code, stdout, stderr } = await run();
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain("Usage: tailgrad");
});

test.each([
  ["trian", "unknown command 'trian' (Did you mean train?); see `npx tailgrad --help`"],
  ["train gan --gann x", "unknown option '--gann' (Did you mean --gan?); see `npx tailgrad train gan --help`"],
  ["train gan --gan foo", "option '--gan <name>' argument 'foo' is invalid. Allowed choices are mlp_cgan_relu, "],
  ["train cnn --rebalance more", "option '--rebalance <how>' argument 'more' is invalid. Allowed choices are none, "],
  ["train cnn --loss other", "option '--loss <kind>' argument 'other' is invalid. Allowed choices are plain, paper"],
  ["train cnn --seed -3", "option '--seed <n>' argument '-3' is invalid. Give a whole number of 0 or more"],
  ["train cnn --max-steps 2.5", "option '--max-steps <n>' argument '2.5' is invalid. Give a whole number from 1 to "],
  ["train cnn --epochs 0", "option '--epochs <n>' argument '0' is invalid. Give a whole number from 1 to "],
  [
    "train cnn --batch-size 65537",
    "option '--batch-size <n>' argument '65537' is invalid. Give a whole number from 1 ",
  ],
  [
    "train gan --learning-rate 1e400",
    "option '--learning-rate <x>' argument '1e400' is invalid. Give a number above 0",
  ],
  ["train cnn --learning-rate 2e30", "argument '2e30' is invalid. Give a number above 0 and up to 1e+30, such as"],
  ["train gan --beta1 1", "option '--beta1 <x>' argument '1' is invalid. Give a number from 0 to below 1, such as 0.5"],
  ["train gan --imbalance 9/7", "option '--imbalance <C>' argument '9/7' is invalid. Give a ratio above 0 and up to 1"],
  ["train gan --seed", "option '--seed <n>' argument missing; see `npx tailgrad train gan --help`"],
  [
    "train gan more",
    "too many arguments for 'gan'. Expected 0 arguments but got 1; see `npx tailgrad train gan --help`",
  ],
  [
    "train cnn --rebalance dccgan_leaky",
    "--rebalance dccgan_leaky needs a trained generator; run `npx tailgrad train gan ",
  ],
  ["train cnn --gan-run nowhere", "nowhere: no run here (config.json is missing); "],
  ["train cnn --data-dir /tmp", "dataset garments is drawn by code and takes no --data-dir; "],
  ["train cnn --dataset x --data-dir nowhere", "cannot be listed (ENOENT); give --data-dir a folder"],
  ["explain", "missing required argument 'plan'; see `npx tailgrad explain --help`"],
  ["explain rnn", "command-argument value 'rnn' is invalid for argument 'plan'. Allowed choices are cgan, cnn"],
  ["explain cnn --wgsl 1 --json", "option '--wgsl <n>' cannot be used with option '--json'"],
  ["generate", "generate: no run folder given; name one with --run, such as --run runs/g"],
  ["generate runs/a --run runs/b", "generate: got two run folders, runs/a and --run runs/b; give one"],
  ["generate --run runs/a --out grid.jpg", "argument 'grid.jpg' is invalid. Give a file name that ends in .png"],
  ["evaluate --run nowhere", "nowhere: no run here (config.json is missing); "],
  ["data info --dataset zzz", 'dataset "zzz" is not one of garments, fashion-mnist, mnist; '],
  [
    "data fetch garments",
    "value 'garments' is invalid for argument 'dataset'. Allowed choices are fashion-mnist, mnist",
  ],
])("tailgrad %s: exit 2, one line on stderr that says why", async (line, message) => {
  const { code, stdout, stderr } = await run(...line.split(" "));
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(message);
  expect(stderr).toMatch(/^error: [^\n]+\n$/);
});

test("--quiet says what it leaves", async () => {
  const { stdout } = await run("train", "cnn", "--help");
  expect(stdout.replaceAll(/\s+/g, " ")).toContain("the adapter's line, warnings and errors are still printed");
});

test.each([
  [["evaluate", ""], "command-argument value '' is invalid for argument 'run'. Give a name or path"],
  [["generate", "a\nb"], "command-argument value 'a b' is invalid"],
  [["train", "gan", "--seed", "\u001b[2J\r\u009b"], "option '--seed <n>' argument '[2J ' is invalid"],
  [["\u2028\u202e\u0007"], "unknown command ' '"],
  [["demo", `--${"x".repeat(50_000)}`], "xxx...'; see `npx tailgrad demo --help`"],
  [["train", "gan", "--gan", "y".repeat(50_000)], "yyy...' is invalid. Allowed choices are mlp_cgan_relu, "],
  [["demo", `--seed=1${" ".repeat(100_000)}`], "...' is invalid. Give a whole number"],
])("hostile words make one short plain line: %j", async (argv, message) => {
  const { code, stdout, stderr } = await run(...argv);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^error: [^\p{Cc}\u2028\u2029]{1,900}\n$/u);
  expect(stderr).toContain(message);
});

test("an empty value is refused like any other", async () => {
  const { code, stderr } = await run("train", "cnn", "--seed", "");
  expect(code).toBe(2);
  expect(stderr).toContain("option '--seed <n>' argument '' is invalid");
});
