import { expect, it } from "vitest";
import { grad } from "../../../src/autograd/grad.ts";
import { cast } from "../../../src/autograd/ops/cast.ts";
import * as compare from "../../../src/autograd/ops/compare.ts";
import * as ops from "../../../src/autograd/ops/elementwise.ts";
import { maximum, minimum } from "../../../src/autograd/ops/maximum.ts";
import { pow } from "../../../src/autograd/ops/pow.ts";
import { where } from "../../../src/autograd/ops/where.ts";
import type { Tensor } from "../../../src/autograd/tensor.ts";
import { power } from "../../oracle/pow.ts";
import { differences, floats, MAX, results, SPECIALS, type Tolerance } from "../../support/special_values.ts";

interface Rule extends Tolerance {
  readonly op: (a: Tensor, b: Tensor) => Tensor;
  readonly value: (a: number, b: number) => number;
  /** Gradients of both operands from the one that arrives, 3; none where ops have none. */
  readonly slopes?: (a: number, b: number) => readonly [number, number];
  /** Pairs that WGSL leaves open. */
  readonly open?: (a: number, b: number) => boolean;
}

const G = 3;
const f32 = Math.fround;
const either = (a: number, b: number) => Number.isNaN(a) || Number.isNaN(b);
/** Gradients of maximum and minimum: none to the one that loses, half to each of equal ones, all to both beside a NaN. */
const shared = (loses: (a: number, b: number) => boolean) => (a: number, b: number) => {
  const share = (own: number, other: number) => (own === other ? G / 2 : loses(own, other) ? 0 : G);
  return [share(a, b), share(b, a)] as const;
};
const flag = (test: (a: number, b: number) => boolean) => (a: number, b: number) => Number(!either(a, b) && test(a, b));
const compared = (op: (a: Tensor, b: Tensor) => Tensor) => (a: Tensor, b: Tensor) => cast(op(a, b), "f32");
/** Quotients by more than 2^126 may be anything; so may those that are nearly as small as f32 gets. */
const openQuotient = (a: number, b: number) =>
  Number.isFinite(b) && Math.abs(b) > 2 ** 126 && Number.isFinite(a) && a !== 0;

const RULES: Readonly<Record<string, Rule>> = {
  add: { op: ops.add, value: (a, b) => a + b, slopes: () => [G, G] },
  sub: { op: ops.sub, value: (a, b) => a - b, slopes: () => [G, -G] },
  mul: { op: ops.mul, value: (a, b) => a * b, slopes: (a, b) => [G * b, G * a] },
  div: {
    op: ops.div,
    value: (a, b) => a / b,
    slopes: (a, b) => [G / b, -f32(f32(G * f32(a / b)) / b)],
    open: openQuotient,
    relative: 1e-6,
    absolute: 1e-37,
  },
  maximum: {
    op: maximum,
    value: (a, b) => Math.max(a, b),
    slopes: shared((own, other) => own < other),
    anyZero: true,
  },
  minimum: {
    op: minimum,
    value: (a, b) => Math.min(a, b),
    slopes: shared((own, other) => own > other),
    anyZero: true,
  },
  pow: { op: pow, value: power, open: (a, b) => Math.abs(a) === MAX && b === 1, relative: 1e-5, absolute: 1e-37 },
  equal: { op: compared(compare.equal), value: flag((a, b) => a === b) },
  greater: { op: compared(compare.greater), value: flag((a, b) => a > b) },
  greaterEqual: { op: compared(compare.greaterEqual), value: flag((a, b) => a >= b) },
  less: { op: compared(compare.less), value: flag((a, b) => a < b) },
  lessEqual: { op: compared(compare.lessEqual), value: flag((a, b) => a <= b) },
  "where a": {
    op: (a, b) => where(a, b, ops.neg(b)),
    value: (a, b) => (a === 0 ? -b : b),
    slopes: (a) => [0, a === 0 ? -G : G],
  },
};

const n = SPECIALS.length;
const [firsts, seconds] = [SPECIALS.flatMap((a) => SPECIALS.map(() => a)), SPECIALS.flatMap(() => SPECIALS)];
const values = ({ value, open }: Rule) =>
  firsts.map((a, i) => {
    const [x, y] = [f32(a), f32(seconds[i]!)];
    return open?.(x, y) ? undefined : value(x, y);
  });

/** {@link differences} where something is expected at all. */
function wrong(
  actual: Float32Array,
  expected: readonly (number | undefined)[],
  what: string,
  near: Tolerance,
): string[] {
  const known = expected.flatMap((e, i) => (e === undefined ? [] : [i]));
  return differences(
    pick(actual, known),
    known.map((i) => expected[i]!),
    what,
    near,
  );
}

/** Some elements, bit for bit. */
function pick(from: Float32Array, places: readonly number[]): Float32Array {
  const bits = new Uint32Array(from.slice().buffer);
  return new Float32Array(Uint32Array.from(places, (i) => bits[i]!).buffer);
}

it("ops of two operands, broadcast against each other", async () => {
  const rules = Object.entries(RULES);
  const all = await results(
    (a, b) => rules.map(([, { op }]) => op(a!, b!)),
    [floats(SPECIALS, [n, 1]), floats(SPECIALS, [1, n])],
  );
  expect(rules.flatMap(([name, rule], k) => wrong(all[k]!, values(rule), name, rule))).toEqual([]);
});

it.each([
  ["one by one", 1, (x: Tensor) => x],
  ["in fours, in a chain", 4, (x: Tensor) => ops.neg(ops.neg(x))],
] as const)("ops of two operands, pair by pair, %s", async (_, times, around) => {
  const rules = Object.entries(RULES);
  const repeated = (list: readonly number[]) => floats(Array.from({ length: times }, () => list).flat());
  const all = await results(
    (a, b, seed) =>
      rules.flatMap(([, { op, slopes }]) => {
        const y = around(op(around(a!), around(b!)));
        return slopes ? [y, ...grad(y, [a!, b!], seed!)] : [y];
      }),
    [repeated(firsts), repeated(seconds), repeated(firsts.map(() => G))],
  );
  const found: string[] = [];
  for (const [name, rule] of rules) {
    const parts = rule.slopes ? [all.shift()!, all.shift()!, all.shift()!] : [all.shift()!];
    const pairs = firsts.map((a, i) => [f32(a), f32(seconds[i]!)] as const);
    const expected = [0, 1].map((k) =>
      pairs.map(([a, b]) => (rule.open?.(a, b) ? undefined : rule.slopes?.(a, b)[k as 0 | 1])),
    );
    found.push(...wrong(parts[0]!.slice(0, n * n), values(rule), name, rule));
    for (const k of [0, 1]) {
      if (parts.length === 1) continue;
      const near = { ...rule, anyZero: true };
      found.push(...wrong(parts[k + 1]!.slice(0, n * n), expected[k]!, `gradient ${k} of ${name}`, near));
    }
  }
  expect(found).toEqual([]);
});
