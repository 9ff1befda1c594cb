import { u32Params } from "../../gpu/launch.ts";
import { Rng } from "../../kernels/random/philox.ts";
import type { Exercise, ExerciseCase } from "./exercise.ts";
import barrierBroken from "./exercises/barrier_broken.wgsl";
import barrierSolved from "./exercises/barrier_solved.wgsl";
import boundsBroken from "./exercises/bounds_broken.wgsl";
import boundsSolved from "./exercises/bounds_solved.wgsl";
import gradientBroken from "./exercises/gradient_broken.wgsl";
import gradientSolved from "./exercises/gradient_solved.wgsl";
import nanBroken from "./exercises/nan_broken.wgsl";
import nanSolved from "./exercises/nan_solved.wgsl";
import raceBroken from "./exercises/race_broken.wgsl";
import raceSolved from "./exercises/race_solved.wgsl";
import reductionBroken from "./exercises/reduction_broken.wgsl";
import reductionSolved from "./exercises/reduction_solved.wgsl";
import transposeBroken from "./exercises/transpose_broken.wgsl";
import transposeSolved from "./exercises/transpose_solved.wgsl";
import vectorsBroken from "./exercises/vectors_broken.wgsl";
import vectorsSolved from "./exercises/vectors_solved.wgsl";
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

/** The exercises, in the order in which they build on each other. */
export const EXERCISES: readonly Exercise[] = [
  {
    id: "bounds",
    title: "Stay inside",
    goal: "The last workgroup has more invocations than there are elements left. Let those do nothing.",
    hint: "params.count says how many elements there are. An invocation whose i is not below it can return at once.",
    broken: boundsBroken,
    solved: boundsSolved,
    seen: { file: "src/kernels/pool2d/max_pool2d.wgsl", as: "the first lines of main" },
    cases: [boundsCase(128), boundsCase(100), boundsCase(1000)],
  },
  {
    id: "transpose",
    title: "The wrong way round",
    goal: "Squares come out right, other matrices do not. Find the size that is the wrong one.",
    hint: "out has as many columns as in has rows: how many numbers lie between the starts of two of its rows?",
    broken: transposeBroken,
    solved: transposeSolved,
    seen: { file: "src/kernels/matmul/naive.wgsl", as: "strides a_row and a_col, which let one text read both ways" },
    cases: [transposeCase(16, 16), transposeCase(37, 50), transposeCase(1, 9)],
  },
  {
    id: "reduction",
    title: "One round short",
    goal: "Each workgroup should add up 64 numbers. One round of six is missing.",
    hint: "Follow half: 32, 16, 8, 4, 2, and then? After the last round, sums[0] alone must hold everything.",
    broken: reductionBroken,
    solved: reductionSolved,
    seen: { file: "src/kernels/reduce/reduce.wgsl", as: "the library's sums" },
    cases: [reductionCase(1), reductionCase(33)],
  },
  {
    id: "barrier",
    title: "Wait for the others",
    goal: "Invocations read what others have not written yet. Make all of a workgroup wait in between.",
    hint: "workgroupBarrier() lets no invocation on before all of its workgroup have come that far. Where must that be?",
    broken: barrierBroken,
    solved: barrierSolved,
    needs: {
      word: "workgroupBarrier",
      why: "It came out right by luck: nothing makes an invocation wait for the others.",
    },
    seen: { file: "src/kernels/matmul/tiled.wgsl", as: "the two barriers around the innermost loop" },
    cases: [barrierCase(1), barrierCase(64)],
  },
  {
    id: "race",
    title: "All at once",
    goal: "Many invocations add one to the same counter, and most additions are lost. Let none get lost.",
    hint: "atomic<u32> is a number that atomicAdd(&number, 1u) changes in one piece; atomicLoad(&number) reads it.",
    broken: raceBroken,
    solved: raceSolved,
    needs: { word: "atomicAdd", why: "It came out right by luck: two invocations may still read the same old count." },
    seen: {
      file: "src/kernels/pool2d/max_pool2d_grad.wgsl",
      as: "the library's way out: gather instead of adding, so that bits repeat",
    },
    cases: [raceCase("one number only", 1, () => 5), raceCase("all numbers", 40, (i) => (i * 7 + (i >> 4)) % 16)],
  },
  {
    id: "vectors",
    title: "Four at a time",
    goal: "There are a quarter as many invocations as elements. Let each add four numbers in one go.",
    hint: "array<vec4<f32>> is the same memory read in fours, and + adds vectors. How many vectors are there?",
    broken: vectorsBroken,
    solved: vectorsSolved,
    seen: { file: "src/kernels/elementwise/elementwise.wgsl", as: "one text for numbers and vectors, by alias T" },
    cases: [vectorsCase(256), vectorsCase(1004)],
  },
  {
    id: "gradient",
    title: "A wrong gradient",
    goal: "The forward pass is right, the slope is not. Make it agree with finite differences.",
    hint: "The derivative of tanh(x) is 1 - tanh(x)². Which of the inputs is tanh(x)?",
    broken: gradientBroken,
    solved: gradientSolved,
    seen: { file: "src/autograd/ops/elementwise.ts", as: "tanh, with its gradient beside it" },
    cases: [gradientCase(200)],
  },
  {
    id: "nan",
    title: "The lost NaN",
    goal: "A window that holds a NaN gives a number. Let NaN win, wherever in the window it stands.",
    hint: "Every comparison with NaN is false, so value > best never takes one. is_nan is there to ask.",
    broken: nanBroken,
    solved: nanSolved,
    seen: { file: "src/kernels/pool2d/max_pool2d.wgsl", as: "the innermost loop" },
    cases: [
      nanCase("numbers only", 100, () => undefined),
      nanCase("a NaN in every place of a window", 100, (x) => {
        for (let place = 0; place < 4; place++) x[12 * place + place] = Number.NaN;
      }),
    ],
  },
];

/** The exercise of that id. */
export function exerciseOf(id: string): Exercise | undefined {
  return EXERCISES.find((exercise) => exercise.id === id);
}
