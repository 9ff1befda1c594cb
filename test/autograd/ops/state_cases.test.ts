import { describe, expect, it } from "vitest";
import { compile } from "../../../src/autograd/compile.ts";
import { newClock } from "../../../src/autograd/ops/random.ts";
import { advance, assign, assignAdd, logScalars } from "../../../src/autograd/ops/state.ts";
import { type Tensor, Variable } from "../../../src/autograd/tensor.ts";
import { splitUint64 } from "../../../src/kernels/random/philox.ts";
import { Draw } from "../../specs/draw.ts";
import type { Array64 } from "../../support/arrays.ts";
import { expectClose, toHost } from "../../support/check.ts";
import { testDevice } from "../../support/device.ts";

const CASES = 50;

const variable = (x: Array64) => new Variable(toHost(x).data, x.shape);

/** Records `fn`, runs it so often, and gives the variables back as they then are. */
async function valuesAfter(times: number, variables: readonly Variable[], fn: () => void) {
  const step = await compile(await testDevice(), (): Record<string, Tensor> => {
    fn();
    return {};
  });
  step.run(times);
  const values = await Promise.all(variables.map((one) => one.read()));
  step.destroy();
  for (const one of variables) one.destroy();
  return values;
}

/** Elements of any type, whole numbers from end to end of their range. */
function drawValues(draw: Draw, shape: readonly number[], dtype: Array64["dtype"]): Array64 {
  if (dtype === "f32") return draw.values(shape, -100, 100);
  const { data } = draw.indices(shape, 2 ** 32);
  return { data: dtype === "i32" ? data.map((word) => word | 0) : data, shape, dtype };
}

/** Sums as each type adds: f32 rounds each, whole numbers wrap. */
const SUM = {
  f32: (a: number, b: number) => Math.fround(a + b),
  u32: (a: number, b: number) => (a + b) >>> 0,
  i32: (a: number, b: number) => (a + b) | 0,
};

describe.each(["f32", "u32", "i32"] as const)("of %s, drawn", (dtype) => {
  it(`assign: ${CASES} cases`, async () => {
    for (let seed = 0; seed < CASES; seed++) {
      const draw = new Draw(seed);
      const shape = draw.shape(draw.integer(0, 5));
      const [target, source] = [drawValues(draw, shape, dtype), drawValues(draw, shape, dtype)];
      const [into, from] = [variable(target), variable(source)];
      const values = await valuesAfter(draw.integer(1, 3), [into, from], () => assign(into, from));
      for (const value of values) expectClose(value, source.data, 0, 0, `${dtype}[${shape}]`);
    }
  });

  it(`assignAdd: ${CASES} cases`, async () => {
    for (let seed = 0; seed < CASES; seed++) {
      const draw = new Draw(seed);
      const shape = draw.shape(draw.integer(0, 5));
      const times = draw.integer(0, 4);
      const [target, source] = [drawValues(draw, shape, dtype), drawValues(draw, shape, dtype)];
      const [into, from] = [variable(target), variable(source)];
      const [sum, kept] = await valuesAfter(times, [into, from], () => assignAdd(into, from));
      let expected = target.data;
      for (let t = 0; t < times; t++) expected = expected.map((a, i) => SUM[dtype](a, source.data[i]!));
      expectClose(sum!, expected, 0, 0, `${dtype}[${shape}], ${times} times`);
      expectClose(kept!, source.data, 0, 0, "the source");
    }
  });
});

/** A step count, now and then one that carries into the high word. */
const drawStart = (draw: Draw) =>
  draw.pick([draw.integer(0, 100), 2 ** 32 - draw.integer(1, 20), draw.integer(0, 2 ** 52)]);

it(`advance: ${CASES} drawn cases`, async () => {
  for (let seed = 0; seed < CASES; seed++) {
    const draw = new Draw(seed);
    const [start, times] = [drawStart(draw), draw.integer(0, 40)];
    const clock = newClock(start);
    const [words] = await valuesAfter(times, [clock], () => advance(clock));
    expect(Array.from(words!), `${start} + ${times}`).toEqual(splitUint64(start + times));
  }
});

it(`logScalars: ${CASES} drawn cases`, async () => {
  for (let seed = 0; seed < CASES; seed++) {
    const draw = new Draw(seed);
    const [capacity, columns] = [draw.size(1, 33), draw.integer(1, 14)];
    const [start, times] = [drawStart(draw), draw.integer(0, 40)];
    const before = draw.values([capacity, columns]);
    const scalars = Array.from({ length: columns }, () => draw.values(draw.pick([[], [1], [1, 1]])));
    const [log, clock] = [variable(before), newClock(start)];
    const variables = scalars.map(variable);
    const [rows] = await valuesAfter(times, [log, clock, ...variables], () => {
      logScalars(log, clock, variables);
      advance(clock);
    });
    const expected = before.data.slice();
    for (let t = 0; t < times; t++) {
      // The clock's low word chooses the row.
      const row = ((start + t) % 2 ** 32) % capacity;
      scalars.forEach(({ data }, column) => {
        expected[row * columns + column] = data[0]!;
      });
    }
    expectClose(rows!, expected, 0, 0, `[${capacity}, ${columns}], ${times} times from ${start}`);
  }
});
