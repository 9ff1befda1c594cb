import { shown } from "../autograd/arguments.ts";
import { concat } from "../autograd/ops/concat.ts";
import { reshape } from "../autograd/ops/reshape.ts";
import { checkTensor, inScope } from "../autograd/record.ts";
import type { Tensor, Variable } from "../autograd/tensor.ts";
import { UsageError } from "../errors.ts";
import type { Rng } from "../kernels/random/philox.ts";
import { GENERATOR_NAMES, type GeneratorName } from "./generator_names.ts";
import { BatchNorm, Conv2d, ConvTranspose2d, Embedding, Linear, leakyRelu, relu, tanh, unflatten } from "./layers.ts";
import { type Mode, type Module, prefixed, Sequential } from "./module.ts";

/** Length of the noise vector z ~ N(0, I). Source: the paper, "Networks". */
export const NOISE_SIZE = 100;
const LABEL_SIZE = 10;
const INPUTS = NOISE_SIZE + LABEL_SIZE;
const PIXELS = 784;

type Build = (rng: Rng) => Module[];

/** Fully connected layers of the given sizes, each followed by what `between` gives for it, then 784 and tanh. */
const mlp =
  (sizes: readonly number[], between: (size: number, place: number) => Module[]): Build =>
  (rng) => {
    const modules: Module[] = [];
    let inputs = INPUTS;
    sizes.forEach((size, place) => {
      modules.push(new Linear(rng, inputs, size), ...between(size, place));
      inputs = size;
    });
    return [...modules, new Linear(rng, inputs, PIXELS), tanh()];
  };

const BUILDERS = {
  mlp_cgan_relu: mlp([256, 512, 1024], () => [relu()]),
  mlp_cgan_leaky: mlp([256, 512, 1024], () => [leakyRelu()]),
  small_mlp_cgan_leaky: mlp([256, 512], () => [leakyRelu()]),
  // The normalisation follows the activation in the 384 layer and precedes it in the 1024 layer, as in the authors' program.
  big_mlp_cgan_leaky: mlp([256, 384, 512, 768, 1024], (size, place) =>
    place === 1 ? [leakyRelu(), new BatchNorm(size)] : place === 4 ? [new BatchNorm(size), leakyRelu()] : [leakyRelu()],
  ),
  dccgan_leaky: (rng: Rng) => [
    new Linear(rng, INPUTS, 49),
    leakyRelu(),
    unflatten([1, 7, 7]),
    new ConvTranspose2d(rng, { inChannels: 1, outChannels: 128, kernel: 4, stride: 2, padding: 1 }),
    leakyRelu(),
    new ConvTranspose2d(rng, { inChannels: 128, outChannels: 256, kernel: 4, stride: 2, padding: 1 }),
    leakyRelu(),
    new ConvTranspose2d(rng, { inChannels: 256, outChannels: 128, kernel: 5, stride: 1, padding: 2 }),
    leakyRelu(),
    new Conv2d(rng, { inChannels: 128, outChannels: 1, kernel: 5, padding: 2 }),
    tanh(),
  ],
} satisfies Record<GeneratorName, Build>;

/** Throws UsageError unless `name` is one of {@link GENERATOR_NAMES}. */
export function checkGeneratorName(name: string): GeneratorName {
  if (!(GENERATOR_NAMES as readonly string[]).includes(name)) {
    throw new UsageError(`unknown generator ${shown(name)}; take one of ${GENERATOR_NAMES.join(", ")}`);
  }
  return name as GeneratorName;
}

/**
 * A conditional generator: (z [N, 100], labels u32 [N]) to images [N, 1, 28, 28] in [-1, 1]. The label goes through a
 * learned 10 x 10 embedding that is joined to z. Source: the paper, "Networks".
 */
export class Generator {
  readonly labelEmbedding: Embedding;
  readonly layers: Sequential;

  /** Draws all parameters from `rng`, as PyTorch's layers do. Throws UsageError for a name that is none. */
  constructor(
    readonly name: GeneratorName,
    rng: Rng,
  ) {
    checkGeneratorName(name);
    this.labelEmbedding = new Embedding(rng, 10, LABEL_SIZE);
    this.layers = new Sequential(BUILDERS[name](rng));
  }

  /** Images f32 [N, 1, 28, 28] of noise z f32 [N, 100] and labels u32 [N]. Throws ShapeError, DTypeError, UsageError. */
  forward(z: Tensor, labels: Tensor, mode: Mode): Tensor {
    checkTensor("Generator", z);
    const joined = inScope("label_embedding", () => concat([z, this.labelEmbedding.forward(labels)], 1));
    const images = inScope("layers", () => this.layers.forward(joined, mode));
    return reshape(images, [z.shape[0]!, 1, 28, 28]);
  }

  /** Parameters and buffers by the authors' names: "label_embedding.weight", "layers.0.weight". */
  state(): ReadonlyMap<string, Variable> {
    return new Map([...prefixed("label_embedding", this.labelEmbedding), ...prefixed("layers", this.layers)]);
  }
}
