import type { Weights } from "../oracle/models.ts";
import { type DenseLayer, DISCRIMINATOR, DROP, SLOPE } from "../work/networks.ts";
import type { Jax, JaxArray, JaxTree } from "./jax.ts";
import { type AdamState, adamState, adamUpdate, leavesOf } from "./jax_adam.ts";
import { transposed } from "./jax_cnn.ts";
import { jaxBatchNorm } from "./jax_layers.ts";

type State = { generator: AdamState; discriminator: AdamState; running: JaxTree; key: JaxArray };
type Sizes = { readonly name: string; readonly inputs: number; readonly outputs: number };

/** Elements of a joined input that come from the label. */
const LABEL = 10;

/**
 * The paper's CGAN in jax-js: both updates under one jit, and as it likes it best: labels as rows of zeros and a one, and the first
 * layer's weight in two parts, x · Wx + (label · table) · Wl, so that nothing is joined.
 */
export class JaxCgan {
  #state: State;
  readonly #images: JaxArray;
  readonly #labels: JaxArray;
  readonly #step;

  constructor(
    private readonly rival: Jax,
    private readonly layers: readonly DenseLayer[],
    generator: Weights,
    discriminator: Weights,
    { images, labels }: { readonly images: Float64Array; readonly labels: Uint8Array },
  ) {
    const { jax } = rival;
    const { nn, numpy: np, random } = jax;
    this.#state = {
      generator: adamState(rival, this.#parameters(generator, layers)),
      discriminator: adamState(rival, this.#parameters(discriminator, DISCRIMINATOR)),
      running: this.#running(generator),
      key: random.key(1),
    };
    this.#images = np.array(Float32Array.from(images), { shape: [labels.length, 784] });
    this.#labels = nn.oneHot(np.array(Int32Array.from(labels), { dtype: np.int32 }), 10);
    this.#step = jax.jit((state: State, real: JaxArray, realLabels: JaxArray) => this.#update(state, real, realLabels));
  }

  /** One update of both networks; gives both losses. */
  step(): [JaxArray, JaxArray] {
    const [lossD, lossG, state] = this.#step(this.#state, this.#images.ref, this.#labels.ref) as unknown as [
      JaxArray,
      JaxArray,
      State,
    ];
    this.#state = state;
    return [lossD, lossG];
  }

  /** All arrays that a step makes. */
  leaves(): JaxArray[] {
    const { generator, discriminator, running, key } = this.#state;
    return [...leavesOf(this.rival, [generator, discriminator]), ...Object.values(running), key];
  }

  dispose(): void {
    this.rival.jax.tree.dispose([this.#state, this.#images, this.#labels]);
    this.#step.dispose();
  }

  #update(state: State, real: JaxArray, realLabels: JaxArray): [JaxArray, JaxArray, State] {
    const { rival } = this;
    const { nn, random, tree, valueAndGrad } = rival.jax;
    const batch = real.shape[0]!;
    const keys = random.split(state.key, 12);
    let used = 0;
    const nextKey = () => {
      const key = keys.ref.slice(used);
      used++;
      return key;
    };
    const key = nextKey();
    const z = random.normal(nextKey(), [batch, 100]);
    const labels = nn.oneHot(random.randint(nextKey(), { shape: [batch], minval: 0, maxval: 10 } as never), 10);
    const masks = () => [1024, 512, 256].map((width) => random.bernoulli(nextKey(), 1 - DROP, [batch, width]));

    // The generator's forward pass serves both updates: its result goes to the discriminator's update as it is, and the
    // gradient that arrives at it in the generator's update is pulled back through it.
    const [generated, back, statistics] = rival.jax.vjp(
      (params: JaxTree) => this.#generate(params, z, labels.ref),
      [tree.ref(state.generator.params)],
      { hasAux: true },
    ) as unknown as [JaxArray, ((g: JaxArray) => [JaxTree]) & { dispose(): void }, JaxTree];
    const [masksReal, masksFake, masksG] = [masks(), masks(), masks()];
    const [lossD, gradientsD] = valueAndGrad((params: JaxTree) => {
      const onReal = this.#bce(this.#discriminate(tree.ref(params), real, realLabels, masksReal), 1);
      const onFake = this.#bce(this.#discriminate(params, generated.ref, labels.ref, masksFake), 0);
      return onReal.add(onFake).mul(0.5);
    })(tree.ref(state.discriminator.params)) as unknown as [JaxArray, JaxTree];
    const discriminator = adamUpdate(rival, state.discriminator, gradientsD, 2e-4);

    const [lossG, arriving] = valueAndGrad((images: JaxArray) =>
      this.#bce(this.#discriminate(tree.ref(discriminator.params), images, labels, masksG), 1),
    )(generated) as unknown as [JaxArray, JaxArray];
    const [gradientsG] = back(arriving);
    back.dispose();
    const generator = adamUpdate(rival, state.generator, gradientsG, 2e-4);
    const running = Object.fromEntries(
      Object.entries(state.running).map(([name, value]) => [name, value.mul(0.9).add(statistics[name]!.mul(0.1))]),
    );
    keys.dispose();
    return [lossD, lossG, { generator, discriminator, running, key }];
  }

  /** Images, and the batch statistics of the normalisations. Takes over everything. */
  #generate(params: JaxTree, z: JaxArray, labels: JaxArray): [JaxArray, JaxTree] {
    const { nn, numpy: np } = this.rival.jax;
    const statistics: JaxTree = {};
    const norm = (x: JaxArray, name: string) => {
      const { y, mean, variance } = jaxBatchNorm(this.rival, x, params[`${name}.weight`]!, params[`${name}.bias`]!);
      statistics[`${name}.running_mean`] = mean;
      statistics[`${name}.running_var`] = variance;
      return y;
    };
    let x = z;
    for (const [i, layer] of this.layers.entries()) {
      x = i === 0 ? this.#joined(params, layer.name, x, labels) : this.#linear(params, layer.name, x);
      if (layer.norm?.place === "before") x = norm(x, layer.norm.name);
      x = layer.activation === "tanh" ? np.tanh(x) : layer.activation === "relu" ? nn.relu(x) : nn.leakyRelu(x, SLOPE);
      if (layer.norm?.place === "after") x = norm(x, layer.norm.name);
    }
    return [x, statistics];
  }

  #discriminate(params: JaxTree, images: JaxArray, labels: JaxArray, masks: readonly JaxArray[]): JaxArray {
    const { nn, numpy: np } = this.rival.jax;
    let x = images;
    for (const [i, { name }] of DISCRIMINATOR.entries()) {
      x = i === 0 ? this.#joined(params, name, x, labels) : this.#linear(params, name, x);
      if (i < 3) x = np.where(masks[i]!, nn.leakyRelu(x, SLOPE).mul(1 / (1 - DROP)), 0);
    }
    return x;
  }

  #linear(params: JaxTree, name: string, x: JaxArray): JaxArray {
    return this.rival.jax.numpy.matmul(x, params[`${name}.weight`]!).add(params[`${name}.bias`]!);
  }

  #joined(params: JaxTree, name: string, x: JaxArray, labels: JaxArray): JaxArray {
    const { numpy: np } = this.rival.jax;
    const embedded = np.matmul(labels, params["label_embedding.weight"]!);
    return this.#linear(params, name, x).add(np.matmul(embedded, params[`${name}.label`]!));
  }

  #bce(logits: JaxArray, target: 0 | 1): JaxArray {
    const { numpy: np } = this.rival.jax;
    // log(1 + e^-|x|) + max(x, 0) - x * target
    const smooth = np.log1p(np.exp(np.absolute(logits.ref).mul(-1)));
    const ramp = np.maximum(target === 1 ? logits.mul(-1) : logits, 0);
    return np.mean(smooth.add(ramp));
  }

  /** Parameters with weights as [inputs, outputs], the first one's label rows apart. */
  #parameters(weights: Weights, layers: readonly Sizes[]): JaxTree {
    const { numpy: np } = this.rival.jax;
    const values = (name: string) => weights.get(name) as Float32Array<ArrayBuffer>;
    const params: JaxTree = {
      "label_embedding.weight": np.array(values("label_embedding.weight"), { shape: [10, 10] }),
    };
    for (const [i, { name, inputs, outputs }] of layers.entries()) {
      const matrix = transposed(values(`${name}.weight`), outputs, inputs);
      const own = i === 0 ? inputs - LABEL : inputs;
      params[`${name}.weight`] = np.array(matrix.slice(0, own * outputs), { shape: [own, outputs] });
      if (i === 0) params[`${name}.label`] = np.array(matrix.slice(own * outputs), { shape: [LABEL, outputs] });
      params[`${name}.bias`] = np.array(values(`${name}.bias`));
    }
    for (const { norm } of layers as readonly DenseLayer[]) {
      if (!norm) continue;
      for (const what of ["weight", "bias"]) params[`${norm.name}.${what}`] = np.array(values(`${norm.name}.${what}`));
    }
    return params;
  }

  #running(weights: Weights): JaxTree {
    const names = [...weights.keys()].filter((name) => name.includes("running"));
    return Object.fromEntries(
      names.map((name) => [name, this.rival.jax.numpy.array(weights.get(name) as Float32Array<ArrayBuffer>)]),
    );
  }
}
