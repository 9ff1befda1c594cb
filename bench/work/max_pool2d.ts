import { grad } from "../../src/autograd/grad.ts";
import { maxPool2d } from "../../src/autograd/ops/max_pool2d.ts";
import { Variable } from "../../src/autograd/tensor.ts";
import { sizeOf } from "../../src/gpu/launch.ts";
import type { Work } from "../contestant.ts";
import { type Four, fromNhwc, nhwcShape, randomArray, toNhwc } from "../data.ts";
import { checkSampled } from "../oracle/elements.ts";
import { maxPoolElement, maxPoolGradientElement } from "../oracle/ops.ts";
import { jaxOp } from "../rivals/jax.ts";
import { fromJaxImages, jaxImages, jaxMaxPool, pullback } from "../rivals/jax_layers.ts";
import { tfjsOp } from "../rivals/tfjs.ts";
import { oursOp } from "./ours.ts";

const X: Four = [100, 32, 28, 28];
const Y: Four = [100, 32, 14, 14];

/** The CNN's first pooling, forward or its gradient. */
function poolWork(direction: "forward" | "gradient"): Work {
  const name = `maxpool 2x2 ${X.join("x")}, ${direction}`;
  const forward = direction === "forward";
  const x = () => randomArray(sizeOf(X), 1);
  const g = () => randomArray(sizeOf(Y), 2);
  const check = (who: string, result: Float32Array) => {
    const element = forward ? maxPoolElement(x(), X[2]) : maxPoolGradientElement(x(), g(), X[2]);
    checkSampled(`${name} (${who})`, result, sizeOf(resultShape), element);
  };
  const resultShape = forward ? Y : X;
  return {
    name,
    group: "other ops",
    bytes: 4 * (forward ? sizeOf(X) + sizeOf(Y) : 2 * sizeOf(X) + sizeOf(Y)),
    ours: {
      async tailgrad(device) {
        const image = new Variable(x(), X);
        const arriving = new Variable(g(), Y);
        const record = () => {
          const y = maxPool2d(image, 2);
          return forward ? [y] : grad(y, [image], arriving);
        };
        return oursOp(device, [image, arriving], record, (result) => check("tailgrad", result!));
      },
    },
    async tfjs(rival) {
      const { tf } = rival;
      const image = tf.tensor4d(toNhwc(x(), X), nhwcShape(X));
      const output = tf.maxPool(image, 2, 2, "valid");
      const dy = tf.tensor4d(toNhwc(g(), Y), nhwcShape(Y));
      const settings = { filterSize: 2, strides: 2, pad: "valid" };
      // The kernel that tf.grad would call, without the forward pass that it would run first.
      const compute = () =>
        forward
          ? tf.maxPool(image, 2, 2, "valid")
          : (tf.engine().runKernel(tf.MaxPoolGrad, { dy, input: image, output }, settings) as typeof image);
      return tfjsOp(rival, [image, output, dy], compute, (result) =>
        check(`tfjs ${rival.name}`, fromNhwc(result!, resultShape)),
      );
    },
    async jax(rival) {
      const image = jaxImages(rival, x(), X);
      const dy = jaxImages(rival, g(), Y);
      if (forward) dy.dispose();
      return jaxOp(
        rival,
        forward ? [image] : [image, dy],
        (a, b) => (forward ? [jaxMaxPool(rival, a!)] : pullback(rival, (value) => jaxMaxPool(rival, value), a!, b!)),
        (result) => check(`jax-js ${rival.device}`, fromJaxImages(rival, result!, resultShape)),
      );
    },
  };
}

export const MAX_POOLS: readonly Work[] = [poolWork("forward"), poolWork("gradient")];
