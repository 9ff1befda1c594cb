import type { Exercise } from "./exercise.ts";
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
  },
  {
    id: "transpose",
    title: "The wrong way round",
    goal: "Squares come out right, other matrices do not. Find the size that is the wrong one.",
    hint: "out has as many columns as in has rows: how many numbers lie between the starts of two of its rows?",
    broken: transposeBroken,
    solved: transposeSolved,
    seen: { file: "src/kernels/matmul/naive.wgsl", as: "strides a_row and a_col, which let one text read both ways" },
  },
  {
    id: "reduction",
    title: "One round short",
    goal: "Each workgroup should add up 64 numbers. One round of six is missing.",
    hint: "Follow half: 32, 16, 8, 4, 2, and then? After the last round, sums[0] alone must hold everything.",
    broken: reductionBroken,
    solved: reductionSolved,
    seen: { file: "src/kernels/reduce/reduce.wgsl", as: "the library's sums" },
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
  },
  {
    id: "vectors",
    title: "Four at a time",
    goal: "There are a quarter as many invocations as elements. Let each add four numbers in one go.",
    hint: "array<vec4<f32>> is the same memory read in fours, and + adds vectors. How many vectors are there?",
    broken: vectorsBroken,
    solved: vectorsSolved,
    seen: { file: "src/kernels/elementwise/elementwise.wgsl", as: "one text for numbers and vectors, by alias T" },
  },
  {
    id: "gradient",
    title: "A wrong gradient",
    goal: "The forward pass is right, the slope is not. Make it agree with finite differences.",
    hint: "The derivative of tanh(x) is 1 - tanh(x)². Which of the inputs is tanh(x)?",
    broken: gradientBroken,
    solved: gradientSolved,
    seen: { file: "src/autograd/ops/elementwise.ts", as: "tanh, with its gradient beside it" },
  },
  {
    id: "nan",
    title: "The lost NaN",
    goal: "A window that holds a NaN gives a number. Let NaN win, wherever in the window it stands.",
    hint: "Every comparison with NaN is false, so value > best never takes one. is_nan is there to ask.",
    broken: nanBroken,
    solved: nanSolved,
    seen: { file: "src/kernels/pool2d/max_pool2d.wgsl", as: "the innermost loop" },
  },
];

/** The exercise of that id. */
export function exerciseOf(id: string): Exercise | undefined {
  return EXERCISES.find((exercise) => exercise.id === id);
}
