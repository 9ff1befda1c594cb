import assert from "node:assert/strict";
import type { Command } from "commander";
import fc from "fast-check";
import { applyFile, configOf } from "../../../src/cli/config_file.ts";
import { Context } from "../../../src/cli/context.ts";
import { buildProgram } from "../../../src/cli/program.ts";
import { jsonText } from "../../../src/experiments/json_file_node.ts";
import { CaughtStream } from "../../cli/support.ts";
import { byteMutators } from "../mutate.ts";
import { jsonMutators } from "../mutate_json.ts";
import type { Reader } from "../reader.ts";

const FILE = "options.json";

const config = fc.record(
  {
    rebalance: fc.constantFrom("none", "upsampled"),
    imbalance: fc.constantFrom("1/2", 0.5, 1),
    seed: fc.nat(9),
    "max-steps": fc.integer({ min: 1, max: 9 }),
    "learning-rate": fc.constantFrom(5e-4, "0.1"),
    offline: fc.boolean(),
    toggles: fc.constantFrom("a", "a,b"),
    out: fc.constant("runs/a"),
  },
  { requiredKeys: [] },
);

function trainCnn(): Command {
  const streams = { stdout: new CaughtStream(), stderr: new CaughtStream() };
  const program = buildProgram(new Context([], streams));
  const train = program.commands.find((command) => command.name() === "train");
  return train!.commands.find((command) => command.name() === "cnn")!;
}

/** Files of options: what is taken is within the options' rules, and written and read again it is the same. */
export const configFiles: Reader = {
  name: "config-file",
  names: `--config ${FILE}`,
  seeds: config.map((value) => new TextEncoder().encode(jsonText(value))),
  mutators: [...byteMutators, ...jsonMutators, ...jsonMutators],
  open() {
    const command = trainCnn();
    return {
      read(input) {
        applyFile(command, FILE, input);
        const { seed, maxSteps = 1, learningRate, offline = false } = command.opts();
        for (const count of [seed, maxSteps]) assert.ok(Number.isSafeInteger(count) && count >= 0);
        assert.ok(Math.fround(learningRate) > 0);
        assert.equal(typeof offline, "boolean");
        const written = configOf(command);
        for (const value of Object.values(written)) assert.match(String(value), /^[^\p{Cc}\u2028\u2029]*$/u);
        applyFile(command, FILE, new TextEncoder().encode(jsonText(written)));
        assert.deepEqual(configOf(command), written);
      },
      close() {},
    };
  },
};
