import { dropout } from "../../src/autograd/ops/dropout.ts";
import { FIRST_STREAM } from "../../src/autograd/ops/random.ts";
import type { Variable } from "../../src/autograd/tensor.ts";
import { splitUint64 } from "../../src/kernels/random/philox.ts";
import { dropoutGradient, dropoutOracle } from "../oracle/dropout.ts";
import { type Array64, indices } from "../support/arrays.ts";
import { forwardOnly } from "./cases.ts";
import { Draw } from "./draw.ts";
import { drawShape } from "./operands.ts";
import type { OpSpec, SpecCase } from "./spec.ts";
import { MANY } from "./unary.ts";

interface Options {
  readonly p: number;
  readonly seed: number;
  readonly step: number;
  /** Without one, the first free stream of the recording. */
  readonly stream?: number;
  readonly training?: boolean;
}

/** The clock is the second input; the mask is drawn by Philox on the CPU. */
function dropoutCase(x: Array64, options: Options): SpecCase {
  const { p, seed, step, stream, training = true } = options;
  const place = [training ? p : 0, seed, stream ?? FIRST_STREAM, step] as const;
  return {
    label: `[${x.shape}], p ${p}, seed ${seed}, stream ${stream ?? "free"}, step ${step}${training ? "" : ", off"}`,
    inputs: [x, indices(splitUint64(step), [2])],
    op: (t, clock) =>
      dropout(t!, p, { seed, clock: clock as Variable, ...(stream === undefined ? {} : { stream }) }, training),
    oracle: (t) => dropoutOracle(t!, ...place),
    gradient: (g) => [dropoutGradient(g, ...place), undefined],
  };
}

const drawWhole = (draw: Draw) => draw.pick([draw.integer(0, 10), draw.integer(0, 2 ** 53 - 1)]);

export const DROPOUT_SPEC: OpSpec = {
  name: "dropout",
  draw: (draw) =>
    dropoutCase(draw.values(drawShape(draw)), {
      // Few, because each is written into a kernel.
      p: draw.pick([0, 0.1, 0.3, 0.5, 0.999]),
      seed: drawWhole(draw),
      step: draw.flag(0.2) ? 2 ** 32 - 1 : drawWhole(draw),
      training: draw.flag(0.9),
      ...(draw.flag() ? { stream: draw.integer(0, FIRST_STREAM - 1) } : {}),
    }),
  large: [
    () => dropoutCase(new Draw(1).values([513, 794]), { p: 0.3, seed: 1, step: 2 }),
    // Over 65,535 workgroups.
    () => forwardOnly(dropoutCase(new Draw(2).values([MANY]), { p: 0.5, seed: 3, step: 4 })),
  ],
};
