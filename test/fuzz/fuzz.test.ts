import { expect, test } from "vitest";
import { READERS } from "./readers/index.ts";
import { Fuzzer } from "./share.ts";
import { told } from "./tell.ts";

const INPUTS = 2000;
const SEED = 1;

test.each(READERS)("$name: accepts what it should and refuses the rest by name, 2,000 inputs", async (reader) => {
  const fuzzer = new Fuzzer(reader, SEED);
  const { accepted, failures } = await fuzzer.run(0, INPUTS);
  await fuzzer.close();
  expect(failures.map((failure) => told(reader, SEED, failure))).toEqual([]);
  // Both ends are reached: neither all refused nor all right.
  expect(accepted).toBeGreaterThan(INPUTS / 100);
});
