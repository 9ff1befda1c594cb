import type { Tensor, Tensor1D } from "@tensorflow/tfjs-core";
import { grad } from "../../src/autograd/grad.ts";
import { batchNorm } from "../../src/autograd/ops/batch_norm.ts";
import { Variable } from "../../src/autograd/tensor.ts";
import { sizeOf } from "../../src/gpu/launch.ts";
import type { Work } from "../contestant.ts";
import { type Four, fromNhwc, nhwcShape, randomArray, toNhwc } from "../data.ts";
import { checkSampled } from "../oracle/elements.ts";
import { batchNormElements } from "../oracle/ops.ts";
import { type JaxArray, jaxOp } from "../rivals/jax.ts";
import { fromJaxImages, jaxBatchNorm, jaxImages } from "../rivals/jax_layers.ts";
import { tfjsOp } from "../rivals/tfjs.ts";
import { oursOp } from "./ours.ts";

const SHAPE: Four = [100, 32, 28, 28];
const CHANNELS = SHAPE[1];
const NAME = `batch-norm ${SHAPE.join("x")}, both ways`;

const x = () => randomArray(sizeOf(SHAPE), 1);
const g = () => randomArray(sizeOf(SHAPE), 2);
const filled = (value: number) => new Float32Array(CHANNELS).fill(value);

function check(who: string, [y, dx, dgamma, dbeta]: readonly Float32Array[]): void {
  const elements = batchNormElements(x(), g(), CHANNELS, SHAPE[2] * SHAPE[3]);
  const what = `${NAME} (${who})`;
  checkSampled(`${what}: result`, y!, sizeOf(SHAPE), elements.y);
  checkSampled(`${what}: dx`, dx!, sizeOf(SHAPE), elements.dx);
  checkSampled(`${what}: dgamma`, dgamma!, CHANNELS, elements.dgamma);
  checkSampled(`${what}: dbeta`, dbeta!, CHANNELS, elements.dbeta);
}

/** The CNN's normalisation in training: batch statistics, the result, and the gradients of x, gamma and beta. */
export const BATCH_NORM: Work = {
  name: NAME,
  group: "other ops",
  // x is read for the statistics, for the result, for the sums of the gradient and for the gradient; y, g and dx come on top.
  bytes: 4 * sizeOf(SHAPE) * 8,
  ours: {
    async tailgrad(device) {
      const [image, arriving] = [new Variable(x(), SHAPE), new Variable(g(), SHAPE)];
      const [gamma, beta] = [new Variable(filled(1), [CHANNELS]), new Variable(filled(0), [CHANNELS])];
      const runningMean = new Variable(filled(0), [CHANNELS], { requiresGrad: false });
      const runningVar = new Variable(filled(1), [CHANNELS], { requiresGrad: false });
      const record = () => {
        const y = batchNorm(image, gamma, beta, { runningMean, runningVar, training: true });
        return [y, ...grad(y, [image, gamma, beta], arriving)];
      };
      const inputs = [image, arriving, gamma, beta, runningMean, runningVar];
      return oursOp(device, inputs, record, (...results) => check("tailgrad", results));
    },
  },
  async tfjs(rival) {
    const { tf } = rival;
    const image = tf.tensor4d(toNhwc(x(), SHAPE), nhwcShape(SHAPE));
    const dy = tf.tensor4d(toNhwc(g(), SHAPE), nhwcShape(SHAPE));
    const [gamma, beta] = [tf.tensor1d(filled(1)), tf.tensor1d(filled(0))];
    const gradients = tf.valueAndGrads((image: Tensor, gamma: Tensor, beta: Tensor) => {
      const { mean, variance } = tf.moments(image, [0, 1, 2]);
      return tf.batchNorm(image, mean as Tensor1D, variance as Tensor1D, beta as Tensor1D, gamma as Tensor1D, 1e-5);
    });
    const compute = () => {
      const { value, grads } = gradients([image, gamma, beta], dy);
      return [value, ...grads];
    };
    return tfjsOp(rival, [image, dy, gamma, beta], compute, (y, dx, ...rest) =>
      check(`tfjs ${rival.name}`, [fromNhwc(y!, SHAPE), fromNhwc(dx!, SHAPE), ...rest]),
    );
  },
  async jax(rival) {
    const { jax } = rival;
    const inputs = [
      jaxImages(rival, x(), SHAPE),
      jax.numpy.array(filled(1)),
      jax.numpy.array(filled(0)),
      jaxImages(rival, g(), SHAPE),
    ];
    const pass = (image: JaxArray, gamma: JaxArray, beta: JaxArray) => {
      const { y, mean, variance } = jaxBatchNorm(rival, image, gamma, beta);
      jax.tree.dispose([mean, variance]);
      return y;
    };
    const compute = (image: JaxArray, gamma: JaxArray, beta: JaxArray, arriving: JaxArray) => {
      const [y, back] = jax.vjp(pass, [image, gamma, beta]);
      const gradients = back(arriving) as unknown as JaxArray[];
      back.dispose();
      return [y, ...gradients];
    };
    return jaxOp(rival, inputs, compute as (...inputs: JaxArray[]) => JaxArray[], (y, dx, ...rest) =>
      check(`jax-js ${rival.device}`, [fromJaxImages(rival, y!, SHAPE), fromJaxImages(rival, dx!, SHAPE), ...rest]),
    );
  },
};
