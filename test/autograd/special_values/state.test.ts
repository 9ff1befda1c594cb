import { describe, expect, it } from "vitest";
import { compile } from "../../../src/autograd/compile.ts";
import { grad } from "../../../src/autograd/grad.ts";
import { batchNorm } from "../../../src/autograd/ops/batch_norm.ts";
import { dropout } from "../../../src/autograd/ops/dropout.ts";
import { newClock } from "../../../src/autograd/ops/random.ts";
import { assign, assignAdd, logScalars } from "../../../src/autograd/ops/state.ts";
import { Variable } from "../../../src/autograd/tensor.ts";
import { Adam, AdamW, type Optimizer, SGD } from "../../../src/models/optim.ts";
import { launchedFor } from "../../specs/forced.ts";
import { random } from "../../support/arrays.ts";
import { testDevice } from "../../support/device.ts";
import { expectBits, floats, results } from "../../support/special_values.ts";

const { POSITIVE_INFINITY: INF, NEGATIVE_INFINITY: NEG, NaN: NAN } = Number;

async function run(record: () => void): Promise<void> {
  const step = await compile(await testDevice(), () => {
    record();
    return {};
  });
  step.run();
  step.destroy();
}

const variable = (...values: number[]) => {
  const { data, shape } = floats(values);
  return new Variable(data, shape);
};
const valuesOf = async (x: Variable) => (await x.read()) as Float32Array;

describe("batchNorm", () => {
  // Four elements at a time, one by one, and neighbouring channels in one vector.
  it.each([[[2, 5, 2, 4]], [[3, 5, 3]], [[7, 5]]])("NaN and infinity stay in their channel, of %j", async (shape) => {
    const x = random(shape, 1);
    const inner = shape.slice(2).reduce((a, b) => a * b, 1);
    x.data[inner] = NAN;
    x.data[3 * inner] = INF;
    const bad = (i: number) => [1, 3].includes(Math.floor(i / inner) % 5);
    const clean = x.data.map((v, i) => (bad(i) ? 1 : v));
    for (const training of [true, false]) {
      for (const software of [true, false]) {
        const make = () => ({ runningMean: variable(0, 0, 0, 0, 0), runningVar: variable(1, 1, 1, 1, 1), training });
        const [dirty, spotless] = [make(), make()];
        const all = await results(
          (a, b, gamma, beta) =>
            launchedFor({ software, subgroupSize: 0 }, () =>
              [a!, b!].flatMap((input, i) => {
                const y = batchNorm(input, gamma!, beta!, i === 0 ? dirty : spotless);
                return [y, ...grad(y, [input, gamma!, beta!], input)];
              }),
            ),
          [
            floats(Array.from(x.data), shape),
            floats(Array.from(clean), shape),
            floats([1, 2, 3, 4, 5]),
            floats([1, 1, 1, 1, 1]),
          ],
        );
        for (const k of [0, 1]) {
          const [actual, expected] = [all[k]!, all[k + 4]!];
          const kept = Array.from(expected, (v, i) => (bad(i) ? actual[i]! : v));
          expectBits(actual, kept, `result ${k}`);
          const broken = Array.from(actual).filter((v, i) => bad(i) && Number.isNaN(v));
          expect(broken.length, `training ${training}, result ${k}`).toBeGreaterThan(0);
        }
        for (const k of [2, 3]) {
          const [actual, expected] = [all[k]!, all[k + 4]!];
          for (const c of [0, 2, 4]) expectBits(actual.slice(c, c + 1), expected.slice(c, c + 1), `channel ${c}`);
          expect(actual[1], "the channel with NaN").toBeNaN();
        }
        if (!training) continue;
        for (const name of ["runningMean", "runningVar"] as const) {
          const [moved, expected] = [await valuesOf(dirty[name]), await valuesOf(spotless[name])];
          expectBits(moved, [expected[0]!, NAN, expected[2]!, moved[3]!, expected[4]!], name);
          expect(Number.isFinite(moved[3]), `${name} of the channel with infinity`).toBe(false);
        }
      }
    }
  });
});

describe("state", () => {
  it("optimizers pass NaN on to the elements that have it, and to no neighbour", async () => {
    const optimizers: Readonly<Record<string, (p: Variable) => Optimizer>> = {
      SGD: (p) => new SGD([p], { lr: 0.1 }),
      "SGD with momentum": (p) => new SGD([p], { lr: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.1 }),
      Adam: (p) => new Adam([p], { lr: 0.1 }),
      AdamW: (p) => new AdamW([p], { lr: 0.1 }),
    };
    for (const [name, make] of Object.entries(optimizers)) {
      const [bad, good] = [variable(1, 2, 3, 4, 5, NAN), variable(1, 2, 3, 4, 5, 6)];
      const [one, two] = [make(bad), make(good)];
      const [worse, fine] = [variable(1, NAN, INF, NEG, -0, 1), variable(1, 1, 1, 1, -0, 1)];
      await run(() => {
        one.step([worse]);
        two.step([fine]);
      });
      const expected = await valuesOf(good);
      const infinite = name.startsWith("SGD") ? [NEG, INF] : [NAN, NAN];
      expectBits(await valuesOf(bad), [expected[0]!, NAN, ...infinite, expected[4]!, NAN], name);
    }
  });

  it("Adam takes gradients of 0 and those whose square overflows without moving, as PyTorch does", async () => {
    const p = variable(1, 1, 1);
    const adam = new Adam([p], { lr: 0.1 });
    const gradient = variable(0, 1e30, 1e-30);
    await run(() => adam.step([gradient]));
    expectBits(await valuesOf(p), [1, 1, 1], "parameters", { relative: 1e-6 });
  });

  it("assign, assignAdd and logScalars keep what they are given", async () => {
    const odd = [NAN, INF, NEG, -0, 0];
    const [copy, sum, log] = [
      variable(1, 1, 1, 1, 1),
      variable(1, NEG, NEG, -0, -0),
      new Variable(new Float32Array(2), [1, 2]),
    ];
    await run(() => {
      assign(copy, variable(...odd));
      assignAdd(sum, variable(...odd));
      logScalars(log, newClock(), [variable(NAN), variable(-0)]);
    });
    expectBits(await valuesOf(copy), odd, "assign");
    expectBits(await valuesOf(sum), [NAN, NAN, NEG, -0, 0], "assignAdd");
    expectBits(await valuesOf(log), [NAN, -0], "logScalars");
  });

  it("dropout is a product with 0 or 1 / (1 - p): NaN and infinities that are dropped show as NaN", async () => {
    const clock = newClock();
    const count = 64;
    const [y, kept] = await results(
      (x, one) => [x!, one!].map((t) => dropout(t, 0.5, { seed: 1, clock, stream: 5 })),
      [floats(Array.from({ length: count }, (_, i) => [NAN, INF, NEG, -1][i % 4]!)), floats(Array(count).fill(1))],
    );
    const expected = Array.from(kept!, (scale, i) => [NAN, INF, NEG, -1][i % 4]! * scale);
    expectBits(y!, expected, "dropout");
    expect(new Set(kept)).toEqual(new Set([0, 2]));
  });
});
