import { toHwio } from "../data.ts";
import type { Weights } from "../oracle/models.ts";
import { CNN_CONVOLUTIONS, CNN_LINEARS } from "../work/networks.ts";
import type { Jax, JaxArray, JaxTree } from "./jax.ts";
import { type AdamState, adamState, adamUpdate, leavesOf } from "./jax_adam.ts";
import { jaxBatchNorm, jaxConv2d, jaxImages, jaxMaxPool } from "./jax_layers.ts";

/** Images and their classes as rows of zeros and a one. */
export type JaxBatch = { images: JaxArray; classes: JaxArray };

type State = { adam: AdamState; running: JaxTree };

/** The paper's classifier in jax-js: the whole step, gradients and Adam, under one jit. */
export class JaxCnn {
  #state: State;
  readonly #step;
  readonly #predict;

  constructor(
    private readonly rival: Jax,
    weights: Weights,
    learningRate = 5e-4,
  ) {
    const { jax } = rival;
    this.#state = { adam: adamState(rival, this.#parameters(weights)), running: this.#running(weights) };
    const lossOf = (params: JaxTree, { images, classes }: JaxBatch): [JaxArray, JaxTree] => {
      const { logits, mean, variance } = this.#forward(params, images);
      const loss = jax.numpy.mean(jax.numpy.sum(jax.nn.logSoftmax(logits).mul(classes), -1)).mul(-1);
      return [loss, { mean, variance }];
    };
    this.#step = jax.jit(({ adam, running }: State, batch: JaxBatch) => {
      const [[loss, statistics], gradients] = jax.valueAndGrad(lossOf, { hasAux: true })(
        jax.tree.ref(adam.params),
        batch,
      ) as unknown as [[JaxArray, JaxTree], JaxTree];
      const moved = Object.fromEntries(
        Object.entries(running).map(([name, value]) => [name, value.mul(0.9).add(statistics[name]!.mul(0.1))]),
      );
      return [loss, { adam: adamUpdate(rival, adam, gradients, learningRate), running: moved }] as [JaxArray, State];
    });
    this.#predict = jax.jit((params: JaxTree, running: JaxTree, images: JaxArray) => [
      this.#forward(params, images, running).logits,
    ]);
  }

  /** A batch of images [N, 1, 28, 28], uploaded. */
  batch(images: Float64Array, labels: Uint8Array): JaxBatch {
    const { nn, numpy: np } = this.rival.jax;
    return {
      images: jaxImages(this.rival, Float32Array.from(images), [labels.length, 1, 28, 28]),
      classes: nn.oneHot(np.array(Int32Array.from(labels), { dtype: np.int32 }), 10),
    };
  }

  /** One update; gives the loss before it. Keeps the batch. */
  step(batch: JaxBatch): JaxArray {
    const [loss, state] = this.#step(this.#state, this.rival.jax.tree.ref(batch)) as unknown as [JaxArray, State];
    this.#state = state;
    return loss;
  }

  /** Logits for new images, which are kept. */
  predict(images: JaxArray): JaxArray {
    const { tree } = this.rival.jax;
    const { adam, running } = this.#state;
    return (this.#predict(tree.ref(adam.params), tree.ref(running), images.ref) as JaxArray[])[0]!;
  }

  /** All arrays that a step makes. */
  leaves(): JaxArray[] {
    return [...leavesOf(this.rival, this.#state.adam), ...Object.values(this.#state.running)];
  }

  dispose(): void {
    this.rival.jax.tree.dispose(this.#state);
    this.#step.dispose();
    this.#predict.dispose();
  }

  /** Logits; with `running` statistics in inference, else with the batch's, which it gives too. Takes over everything. */
  #forward(params: JaxTree, images: JaxArray, running?: JaxTree) {
    const { rival } = this;
    const { nn, numpy: np } = rival.jax;
    const at = (name: string) => params[name]!;
    const batch = images.shape[0]!;
    const wide = rival.device === "webgpu" ? [1, -1, 1, 1] : [1, 1, 1, -1];
    const conv = (x: JaxArray, name: string) =>
      nn.relu(jaxConv2d(rival, x, at(`${name}.weight`)).add(at(`${name}.bias`).reshape(wide)));
    const [gamma, beta] = [at("layers.2.weight"), at("layers.2.bias")];
    const first = conv(images, "layers.0");
    let normal: { y: JaxArray; mean: JaxArray; variance: JaxArray };
    if (running) {
      const [mean, variance] = [running.mean!, running.variance!];
      const scale = np.reciprocal(np.sqrt(variance.ref.add(1e-5))).mul(gamma);
      const y = first.sub(mean.ref.reshape(wide)).mul(scale.reshape(wide)).add(beta.reshape(wide));
      normal = { y, mean, variance };
    } else normal = jaxBatchNorm(rival, first, gamma, beta);
    let x = jaxMaxPool(rival, conv(normal.y, "layers.3"));
    x = jaxMaxPool(rival, conv(conv(x, "layers.6"), "layers.8")).reshape([batch, 3136]);
    const linear = (input: JaxArray, name: string) => np.matmul(input, at(`${name}.weight`)).add(at(`${name}.bias`));
    const logits = linear(nn.relu(linear(x, "layers.12")), "layers.14");
    return { logits, mean: normal.mean, variance: normal.variance };
  }

  /** Parameters in the device's layout; weights of products as [inputs, outputs]. */
  #parameters(weights: Weights): JaxTree {
    const { rival } = this;
    const { numpy: np } = rival.jax;
    const values = (name: string) => weights.get(name) as Float32Array<ArrayBuffer>;
    const params: JaxTree = {};
    for (const [name, inputs, outputs] of CNN_CONVOLUTIONS) {
      const weight = values(`${name}.weight`);
      params[`${name}.weight`] =
        rival.device === "webgpu"
          ? np.array(weight, { shape: [outputs, inputs, 3, 3] })
          : np.array(toHwio(weight, [outputs, inputs, 3, 3]), { shape: [9 * inputs, outputs] });
    }
    for (const [name, inputs, outputs] of CNN_LINEARS) {
      // Where images are NHWC, so are they flattened.
      const hwc = rival.device === "wasm" && inputs === 3136;
      params[`${name}.weight`] = hwc
        ? np.array(toHwio(values(`${name}.weight`), [outputs, 64, 7, 7]), { shape: [inputs, outputs] })
        : np.array(transposed(values(`${name}.weight`), outputs, inputs), { shape: [inputs, outputs] });
    }
    for (const name of [...[...CNN_CONVOLUTIONS, ...CNN_LINEARS].map(([layer]) => `${layer}.bias`)]) {
      params[name] = np.array(values(name));
    }
    for (const name of ["layers.2.weight", "layers.2.bias"]) params[name] = np.array(values(name));
    return params;
  }

  #running(weights: Weights): JaxTree {
    const { numpy: np } = this.rival.jax;
    const values = (name: string) => weights.get(`layers.2.running_${name}`) as Float32Array<ArrayBuffer>;
    return { mean: np.array(values("mean")), variance: np.array(values("var")) };
  }
}

/** A [rows, columns] matrix as [columns, rows]. */
export function transposed(matrix: Float32Array, rows: number, columns: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(matrix.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = matrix[i * columns + j]!;
  return out;
}
