import { describe, it } from "vitest";
import { compile } from "../../src/autograd/compile.ts";
import { add, mul } from "../../src/autograd/ops/elementwise.ts";
import { type Tensor, Variable } from "../../src/autograd/tensor.ts";
import { Adam, AdamW, type Optimizer, SGD } from "../../src/models/optim.ts";
import { adamOracle, type OptimizerOracle, sgdOracle } from "../oracle/optim.ts";
import { Draw } from "../specs/draw.ts";
import type { Array64 } from "../support/arrays.ts";
import { expectClose, toHost } from "../support/check.ts";
import { testDevice } from "../support/device.ts";

const CASES = 50;

/** One drawn optimizer: on the GPU, and in float64 for one parameter. */
interface Drawn {
  readonly label: string;
  readonly make: (params: Variable[], lr: number) => Optimizer;
  readonly oracle: (start: ArrayLike<number>) => OptimizerOracle;
}

const FAMILIES: Record<string, (draw: Draw) => Drawn> = {
  SGD: (draw) => {
    const weightDecay = drawDecay(draw);
    return {
      label: `weightDecay ${weightDecay}`,
      make: (params, lr) => new SGD(params, { lr, weightDecay }),
      oracle: (start) => sgdOracle(start, 0, weightDecay),
    };
  },
  "SGD with momentum": (draw) => {
    const [momentum, weightDecay, nesterov] = [draw.number(0.01, 0.99), drawDecay(draw), draw.flag()];
    return {
      label: `momentum ${momentum}, weightDecay ${weightDecay}${nesterov ? ", Nesterov" : ""}`,
      make: (params, lr) => new SGD(params, { lr, momentum, weightDecay, nesterov }),
      oracle: (start) => sgdOracle(start, momentum, weightDecay, nesterov),
    };
  },
  Adam: (draw) => drawAdam(draw, false),
  AdamW: (draw) => drawAdam(draw, true),
};

const drawDecay = (draw: Draw) => (draw.flag() ? 0 : draw.number(0, 0.5));

function drawAdam(draw: Draw, decoupled: boolean): Drawn {
  const betas = [
    draw.pick([0, 0.5, 0.9, draw.number(0, 0.99)]),
    draw.pick([0.9, 0.999, draw.number(0.5, 0.9999)]),
  ] as const;
  const [eps, weightDecay] = [draw.pick([1e-8, 1e-6, 1e-3]), drawDecay(draw)];
  return {
    label: `betas ${betas}, eps ${eps}, weightDecay ${weightDecay}`,
    make: (params, lr) => new (decoupled ? AdamW : Adam)(params, { lr, betas, eps, weightDecay }),
    oracle: (start) => adamOracle(start, betas, eps, weightDecay, decoupled),
  };
}

/** Shapes of up to three parameters. */
function drawShapes(draw: Draw): number[][] {
  return Array.from({ length: draw.integer(1, 3) }, () => {
    if (draw.flag(0.1)) return [draw.pick([10, 110, 794]), draw.size(1, 7)];
    return draw.shape(draw.integer(0, 4), { most: 2000 });
  });
}

const variable = (x: Array64) => new Variable(toHost(x).data, x.shape);

/** Several steps with gradients slope * param + offset, never near 0 at a step, and another learning rate half-way. */
async function compare(draw: Draw, { label, make, oracle }: Drawn): Promise<void> {
  const shapes = drawShapes(draw);
  const steps = draw.integer(1, 8);
  const rates = [draw.pick([0, 0.001, 0.05, draw.number(0, 0.1)]), draw.number(0.001, 0.1)] as const;
  const starts = shapes.map((shape) => draw.values(shape));
  // Offsets so large that no gradient changes its sign: Adam turns one near 0 into a whole step.
  const offsets = shapes.map((shape) => draw.signed(shape, 1.5, 3));
  // A few values only: a constant is part of the kernel, which is compiled anew for each.
  const slope = draw.pick([0.125, 0.5]);
  const params = starts.map(variable);
  const fixed = offsets.map(variable);
  const references = starts.map(({ data }) => oracle(data));
  const optimizer = make(params, rates[0]);
  const step = await compile(await testDevice(), (): Record<string, Tensor> => {
    optimizer.step(params.map((param, i) => add(mul(slope, param), fixed[i]!)));
    return {};
  });
  for (let t = 0; t < steps; t++) {
    const lr = rates[t < steps / 2 ? 0 : 1];
    optimizer.setLearningRate(lr);
    step.run();
    references.forEach((reference, i) => {
      reference.step(
        reference.param.map((p, k) => slope * p + offsets[i]!.data[k]!),
        lr,
      );
    });
  }
  for (const [i, param] of params.entries()) {
    expectClose(await param.read(), references[i]!.param, 1e-5, 1e-6, `${label}, ${param} after ${steps} steps`);
  }
  step.destroy();
  for (const own of [...params, ...fixed, ...optimizer.stateDict().values()]) own.destroy();
}

describe.each(Object.entries(FAMILIES))("%s against float64, drawn", (_, family) => {
  it(`${CASES} cases of shapes, hyperparameters and steps`, async () => {
    for (let seed = 0; seed < CASES; seed++) {
      const draw = new Draw(seed);
      await compare(draw, family(draw));
    }
  });
});
