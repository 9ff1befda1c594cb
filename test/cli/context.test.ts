import { expect, test } from "vitest";
import { commandLine } from "../../src/cli/context.ts";

test("the command line can be typed again", () => {
  expect(commandLine(["train", "cnn", "--imbalance", "1/2", "--out", "my runs/it's"])).toBe(
    "npx tailgrad train cnn --imbalance 1/2 --out 'my runs/it'\\''s'",
  );
});
