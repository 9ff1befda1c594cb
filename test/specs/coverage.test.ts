import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import * as library from "../../src/index.ts";
import { EVERY_OP, EVERY_SOURCE } from "../support/every_op.ts";
import { SPECS } from "./index.ts";

/** What comes from the ops' files but is no op with a result of its own, and where it is tested. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  newClock: "makes a variable on the host: random.test.ts",
  packBytes: "packs bytes on the host: batch.test.ts",
  unpackBytes: "unpacks bytes on the host: batch.test.ts",
  advance: "changes a variable and gives nothing: state.test.ts",
  assign: "changes a variable and gives nothing: state.test.ts",
  assignAdd: "changes a variable and gives nothing: state.test.ts",
  logScalars: "changes a variable and gives nothing: state.test.ts",
};

/** Functions that the files of ops export. */
async function opFunctions(): Promise<Set<unknown>> {
  const folder = new URL("../../src/autograd/ops/", import.meta.url);
  const files = readdirSync(folder).filter((file) => file.endsWith(".ts"));
  const modules = await Promise.all(files.map((file) => import(new URL(file, folder).pathname)));
  return new Set(modules.flatMap((module) => Object.values(module)).filter((value) => typeof value === "function"));
}

it("every op that the library exports has a spec, or a reason to have none", async () => {
  const functions = await opFunctions();
  const exported = Object.entries(library).flatMap(([name, value]) => (functions.has(value) ? [name] : []));
  expect(exported.length).toBeGreaterThan(60);
  const specified = new Set(SPECS.map(({ name }) => name.replace(/ \(.*/, "")));
  expect(
    exported.filter((name) => !specified.has(name) && !EXCEPTIONS[name]),
    "ops without a spec",
  ).toEqual([]);
  expect(
    [...specified].filter((name) => !exported.includes(name)),
    "specs of no exported op",
  ).toEqual([]);
  expect(
    Object.keys(EXCEPTIONS).filter((name) => !exported.includes(name) || specified.has(name)),
    "exceptions that are none",
  ).toEqual([]);
  expect(SPECS.length, "specs of one name").toBe(new Set(SPECS.map(({ name }) => name)).size);
});

/** Ops that meet no special number of their own, and why. */
const NOTHING_SPECIAL: Readonly<Record<string, string>> = {
  flatten: "a reshape",
  transpose: "a permute",
  gatherImages: "made from bytes",
  gatherLabels: "made from bytes",
  uniform: "made from random words",
  normal: "made from random words",
  randomIntegers: "made from random words",
};

const SPECIFIED = [...new Set(SPECS.map(({ name }) => name.replace(/ \(.*/, "")))];

it("every op has a call in support/every_op.ts", () => {
  const called = new Set([...EVERY_OP.map(({ name }) => name), ...EVERY_SOURCE.map(([name]) => name)]);
  const names = new Set([...called].map((name) => name.replace(/ \(.*/, "")));
  expect(SPECIFIED.filter((name) => !names.has(name))).toEqual([]);
});

it("every op meets NaN, infinities and zeros in special_values/, or has a reason not to", () => {
  const folder = new URL("../autograd/special_values/", import.meta.url);
  const texts = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), "utf8"));
  const meets = (name: string) => texts.some((text) => new RegExp(`\\b${name}\\b`).test(text));
  expect(SPECIFIED.filter((name) => !meets(name) && !NOTHING_SPECIAL[name])).toEqual([]);
});

it("every op has its place in docs/numerics.md", () => {
  const text = readFileSync("docs/numerics.md", "utf8");
  expect(SPECIFIED.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
});
