import assert from "node:assert/strict";
import fc from "fast-check";
import { longTailCounts, parseImbalance } from "../../../src/data/long_tail.ts";
import { byteMutators } from "../mutate.ts";
import { jsonMutators } from "../mutate_json.ts";
import type { Reader } from "../reader.ts";

const COUNTS = [6000, 6000, 6000, 6000, 6000, 6000, 6000, 6000, 6000, 6000];

const expression = fc.oneof(
  fc.tuple(fc.nat(99), fc.nat(99)).map(([a, b]) => `${a}/${b}`),
  fc.double({ min: 0, max: 1.2, noNaN: true }).map((value) => value.toFixed(4)),
  fc.constantFrom("1", "1/2", "7/9", "7 / 9", ".5", "low_unbalanced", "high_unbalanced", "__proto__", "constructor"),
);

export const imbalance: Reader = {
  name: "imbalance",
  names: "imbalance",
  seeds: expression.map((text) => new TextEncoder().encode(text)),
  mutators: [...byteMutators, ...jsonMutators.slice(0, 4)],
  open: () => ({
    read(input) {
      const text = new TextDecoder().decode(input);
      const { numerator, denominator, text: plain } = parseImbalance(text);
      assert.ok(numerator > 0n && numerator <= denominator);
      assert.match(plain, /^[0-9./ ]+$/);
      assert.equal(parseImbalance(plain).text, plain, "read again, it is the same");
      const kept = longTailCounts(COUNTS, parseImbalance(plain));
      assert.equal(kept[0], COUNTS[0]);
      assert.ok(kept.every((count, c) => count >= 1 && count <= (kept[c - 1] ?? count)));
    },
    close() {},
  }),
};
