import { u32Params } from "../../gpu/launch.ts";
import { Rng } from "../../kernels/random/philox.ts";
import type { ExerciseCase } from "./exercise.ts";
import { slopes } from "./finite_differences.ts";
import { within } from "./verdict.ts";

/** Numbers in [-2, 2), the same ones every time. */
function numbers(count: number, stream: number): Float32Array {
  const rng = new Rng(7, stream);
  return Float32Array.from({ length: count }, () => rng.uniform(-2, 2));
}

const values = (count: number, value: (i: number) => number) =>
  Float64Array.from({ length: count }, (_, i) => value(i));

function boundsCase(count: number): ExerciseCase {
  return {
    name: `${count} elements`,
    inputs: [],
    params: u32Params(count),
    shape: [count],
    workgroups: Math.ceil(count / 64),
    expected: () => within(values(count, (i) => i / count)),
  };
}

function vectorsCase(count: number): ExerciseCase {
  const [a, b] = [numbers(count, 1), numbers(count, 2)];
  return {
    name: `${count} elements`,
    inputs: [a, b],
    params: u32Params(count),
    shape: [count],
    workgroups: Math.ceil(count / 4 / 64),
    expected: () => within(values(count, (i) => a[i]! + b[i]!)),
  };
}

function barrierCase(groups: number): ExerciseCase {
  const x = numbers(groups * 256, 1);
  return {
    name: `${groups} workgroups`,
    inputs: [x],
    shape: [groups * 256],
    workgroups: groups,
    expected: () => within(values(x.length, (i) => x[i - (i % 256) + 255 - (i % 256)]!)),
  };
}

function gradientCase(count: number): ExerciseCase {
  const [x, g] = [numbers(count, 1), numbers(count, 2)];
  return {
    name: `${count} slopes against finite differences`,
    inputs: [x, x.map(Math.tanh), g],
    params: u32Params(count),
    shape: [count],
    workgroups: Math.ceil(count / 64),
    expected: () =>
      within(
        slopes(x, (at) => at.reduce((loss, value, i) => loss + g[i]! * Math.tanh(value), 0)),
        1e-4,
      ),
  };
}

function transposeCase(rows: number, cols: number): ExerciseCase {
  const x = numbers(rows * cols, 1);
  return {
    name: `${rows} x ${cols}`,
    inputs: [x],
    params: u32Params(rows, cols),
    shape: [cols, rows],
    workgroups: Math.ceil((rows * cols) / 64),
    expected: () => within(values(rows * cols, (i) => x[(i % rows) * cols + Math.floor(i / rows)]!)),
  };
}

function raceCase(name: string, groups: number, number: (i: number) => number): ExerciseCase {
  const x = Uint32Array.from({ length: groups * 256 }, (_, i) => number(i));
  return {
    name,
    inputs: [x],
    shape: [groups, 16],
    dtype: "u32",
    workgroups: groups,
    expected: () => {
      const counts = new Float64Array(groups * 16);
      x.forEach((value, i) => {
        counts[Math.floor(i / 256) * 16 + value]!++;
      });
      return within(counts);
    },
  };
}

function reductionCase(groups: number): ExerciseCase {
  const x = numbers(groups * 64, 1);
  return {
    name: `${groups} sums`,
    inputs: [x],
    shape: [groups],
    workgroups: groups,
    expected: () =>
      within(values(groups, (group) => x.subarray(64 * group, 64 * group + 64).reduce((a, b) => a + b, 0))),
  };
}

function nanCase(name: string, count: number, change: (x: Float32Array) => void): ExerciseCase {
  const x = numbers(4 * count, 1);
  change(x);
  return {
    name,
    inputs: [x],
    params: u32Params(count),
    shape: [count],
    workgroups: Math.ceil(count / 64),
    expected: () => within(values(count, (i) => Math.max(...x.subarray(4 * i, 4 * i + 4)))),
  };
}

/** What the kernels of the exercises are tried on, by the exercise's id. */
const CASES: Readonly<Record<string, readonly ExerciseCase[]>> = {
  bounds: [boundsCase(128), boundsCase(100), boundsCase(1000)],
  transpose: [transposeCase(16, 16), transposeCase(37, 50), transposeCase(1, 9)],
  reduction: [reductionCase(1), reductionCase(33)],
  barrier: [barrierCase(1), barrierCase(64)],
  race: [raceCase("one number only", 1, () => 5), raceCase("all numbers", 40, (i) => (i * 7 + (i >> 4)) % 16)],
  vectors: [vectorsCase(256), vectorsCase(1004)],
  gradient: [gradientCase(200)],
  nan: [
    nanCase("numbers only", 100, () => undefined),
    nanCase("a NaN in every place of a window", 100, (x) => {
      for (let place = 0; place < 4; place++) x[12 * place + place] = Number.NaN;
    }),
  ],
};

/** What the answer to an exercise is tried on. */
export function casesOf(id: string): readonly ExerciseCase[] {
  return CASES[id] ?? [];
}
