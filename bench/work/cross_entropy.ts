import { grad } from "../../src/autograd/grad.ts";
import { crossEntropy } from "../../src/autograd/ops/cross_entropy.ts";
import { Variable } from "../../src/autograd/tensor.ts";
import { type Work, WrongResultError } from "../contestant.ts";
import { randomArray, randomBytes } from "../data.ts";
import { checkSampled } from "../oracle/elements.ts";
import { crossEntropy64 } from "../oracle/ops.ts";
import { type JaxArray, jaxOp } from "../rivals/jax.ts";
import { tfjsOp } from "../rivals/tfjs.ts";
import { oursOp } from "./ours.ts";

/** The CNN's logits, where the launch is what costs, and a large matrix, where memory is. */
const SHAPES = [
  [100, 10],
  [20_000, 100],
] as const;

/** Mean softmax cross-entropy and its gradient in the logits. */
function crossEntropyWork([rows, classes]: (typeof SHAPES)[number]): Work {
  const name = `cross-entropy ${rows}x${classes}, with gradient`;
  const logits = () => randomArray(rows * classes, 1).map((value) => 4 * value);
  const labels = () => randomBytes(rows, classes, 2);
  const check = (who: string, [loss, gradient]: readonly Float32Array[]) => {
    const expected = crossEntropy64(logits(), labels());
    if (!(Math.abs(loss![0]! - expected.loss) <= 1e-4)) {
      throw new WrongResultError(`${name} (${who}): the loss is ${loss![0]}, but must be ${expected.loss}`);
    }
    checkSampled(`${name} (${who}): gradient`, gradient!, rows * classes, expected.gradient);
  };
  return {
    name,
    group: "other ops",
    bytes: 4 * rows * classes * 2,
    ours: {
      async tailgrad(device) {
        const input = new Variable(logits(), [rows, classes]);
        const targets = new Variable(Uint32Array.from(labels()), [rows]);
        const record = () => {
          const loss = crossEntropy(input, targets);
          return [loss, ...grad(loss, [input])];
        };
        return oursOp(device, [input, targets], record, (...results) => check("tailgrad", results));
      },
    },
    async tfjs(rival) {
      const { tf } = rival;
      const input = tf.tensor2d(logits(), [rows, classes]);
      const targets = tf.tidy(() => tf.cast(tf.oneHot(tf.tensor1d(labels(), "int32"), classes), "float32"));
      const gradient = tf.valueAndGrad((x) => tf.losses.softmaxCrossEntropy(targets, x));
      const compute = () => {
        const { value, grad } = gradient(input);
        return [value, grad];
      };
      return tfjsOp(rival, [input, targets], compute, (...results) => check(`tfjs ${rival.name}`, results));
    },
    async jax(rival) {
      const { jax } = rival;
      const { nn, numpy: np } = jax;
      const input = np.array(logits(), { shape: [rows, classes] });
      const targets = nn.oneHot(np.array(Int32Array.from(labels()), { dtype: np.int32 }), classes);
      const lossOf = (x: JaxArray, y: JaxArray) => np.mean(np.sum(nn.logSoftmax(x).mul(y), -1)).mul(-1);
      const compute = (...[x, y]: JaxArray[]) => jax.valueAndGrad(lossOf)(x!, y!) as JaxArray[];
      return jaxOp(rival, [input, targets], compute, (...results) => check(`jax-js ${rival.device}`, results));
    },
  };
}

export const CROSS_ENTROPIES: readonly Work[] = SHAPES.map(crossEntropyWork);
