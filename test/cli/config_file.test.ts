import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../experiments/temporary_folder.ts";
import { run } from "./support.ts";

/** A config file in a folder of its own. */
function config(text: string | object): string {
  const file = join(temporaryFolder(), "config.json");
  writeFileSync(file, typeof text === "string" ? text : JSON.stringify(text));
  return file;
}

test("the command line goes before the file, the file before the defaults; what is printed is such a file", async () => {
  const file = config({ imbalance: "1/2", "max-steps": 300, seed: 7, software: true, toggles: "a,b" });
  const { code, stdout, stderr } = await run("train", "cnn", "--config", file, "--seed", "9", "--print-config");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const printed = JSON.parse(stdout);
  expect(printed).toMatchObject({ imbalance: "1/2", "max-steps": 300, seed: 9, software: true, toggles: "a,b" });
  expect(printed).toMatchObject({ epochs: 30, "batch-size": 100, rebalance: "none" });
  const again = await run("train", "cnn", "--config", config(printed), "--print-config");
  expect(JSON.parse(again.stdout)).toEqual(printed);
});

test("what a file says is done: it reaches the command", async () => {
  const folder = temporaryFolder();
  const file = config({ dataset: "mine", "data-dir": join(folder, "none"), out: join(folder, "run") });
  const { code, stderr } = await run("train", "gan", "--config", file);
  expect(code).toBe(2);
  expect(stderr).toContain(`${join(folder, "none")}: cannot be listed`);
  expect(existsSync(join(folder, "run"))).toBe(false);
});

test.each([
  ["{", "not valid JSON ("],
  ["[1]", 'holds a list, not an object of options; write it such as {"imbalance": "1/2", "max-steps": 300}, or see '],
  ["[1]", "or see `npx tailgrad train cnn --print-config`"],
  ["null", "holds null, not an object of options"],
  ['"seed"', "holds a text, not an object of options"],
  ['{"seed": {"a": 1}}', '"seed" is an object, not a text, a number, true or false; write it such as'],
  ['{"seed": [1]}', '"seed" is a list, not a text, a number, true or false'],
  ['{"seed": 1, "seed": 2}', 'holds the key "seed" twice; leave one'],
  [{ sed: 1 }, '"sed" is no option of train cnn (Did you mean seed?); take one of rebalance, gan-run, '],
  [{ maxSteps: 1 }, '"maxSteps" is no option of train cnn'],
  [{ json: true }, '"json" is no option of train cnn'],
  [{ seed: -1 }, '"seed": -1 is invalid; give a whole number of 0 or more'],
  [{ seed: true }, '"seed": true is no value for it; give a text or a number'],
  [{ offline: 1 }, '"offline": 1 is neither true nor false; give one of them'],
  [{ rebalance: "more" }, '"rebalance": "more" is invalid; allowed choices are none, '],
  [{ out: "" }, '"out": "" is invalid; give a name or path that is not empty'],
  ["\ud800", "not valid JSON ("],
])("%j is refused with one line", async (text, message) => {
  const { code, stdout, stderr } = await run("train", "cnn", "--config", config(text));
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^error: --config [^\n]+\n$/);
  expect(stderr).toContain(message);
});

test("no such file, and a name that is no JSON file's", async () => {
  expect((await run("reproduce", "--config", "none.json")).stderr).toContain("--config none.json: no such file;");
  expect((await run("reproduce", "--config", "none.yaml")).stderr).toContain("Give a file name that ends in .json");
});
