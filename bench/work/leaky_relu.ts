import { grad } from "../../src/autograd/grad.ts";
import { leakyRelu } from "../../src/autograd/ops/elementwise.ts";
import { Variable } from "../../src/autograd/tensor.ts";
import type { Work } from "../contestant.ts";
import { randomArray } from "../data.ts";
import { checkSampled } from "../oracle/elements.ts";
import { leakyReluElement, leakyReluGradientElement } from "../oracle/ops.ts";
import { jaxOp } from "../rivals/jax.ts";
import { pullback } from "../rivals/jax_layers.ts";
import { tfjsOp } from "../rivals/tfjs.ts";
import { oursOp } from "./ours.ts";

/** The discriminator's widest activation at batch 256, ten times over, so that memory rather than the launch is measured. */
const SHAPE = [2560, 1024];
const SIZE = 2560 * 1024;
const SLOPE = 0.2;

function leakyWork(direction: "forward" | "gradient"): Work {
  const name = `leaky-relu ${SHAPE.join("x")}, ${direction}`;
  const forward = direction === "forward";
  const x = () => randomArray(SIZE, 1);
  const g = () => randomArray(SIZE, 2);
  const check = (who: string, result: Float32Array) => {
    const element = forward ? leakyReluElement(x(), SLOPE) : leakyReluGradientElement(x(), g(), SLOPE);
    checkSampled(`${name} (${who})`, result, SIZE, element);
  };
  return {
    name,
    group: "other ops",
    bytes: 4 * SIZE * (forward ? 2 : 3),
    ours: {
      async tailgrad(device) {
        const input = new Variable(x(), SHAPE);
        const arriving = new Variable(g(), SHAPE);
        const record = () => {
          const y = leakyRelu(input, SLOPE);
          return forward ? [y] : grad(y, [input], arriving);
        };
        return oursOp(device, [input, arriving], record, (result) => check("tailgrad", result!));
      },
    },
    async tfjs(rival) {
      const { tf } = rival;
      const input = tf.tensor(x(), SHAPE);
      const dy = tf.tensor(g(), SHAPE);
      // The ops of its gradient rule, without the forward pass that tf.grad would run first.
      const compute = () =>
        forward ? tf.leakyRelu(input, SLOPE) : tf.where(tf.greater(input, 0), dy, tf.mul(dy, SLOPE));
      return tfjsOp(rival, [input, dy], compute, (result) => check(`tfjs ${rival.name}`, result!));
    },
    async jax(rival) {
      const { nn, numpy: np } = rival.jax;
      const input = np.array(x(), { shape: SHAPE });
      const inputs = forward ? [input] : [input, np.array(g(), { shape: SHAPE })];
      return jaxOp(
        rival,
        inputs,
        (a, dy) =>
          forward ? [nn.leakyRelu(a!, SLOPE)] : pullback(rival, (value) => nn.leakyRelu(value, SLOPE), a!, dy!),
        (result) => check(`jax-js ${rival.device}`, result!),
      );
    },
  };
}

export const LEAKY_RELUS: readonly Work[] = [leakyWork("forward"), leakyWork("gradient")];
