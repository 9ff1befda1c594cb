import { concat } from "../autograd/ops/concat.ts";
import { sigmoid } from "../autograd/ops/elementwise.ts";
import { reshape } from "../autograd/ops/reshape.ts";
import { checkTensor, inScope } from "../autograd/record.ts";
import type { Tensor, Variable } from "../autograd/tensor.ts";
import type { Rng } from "../kernels/random/philox.ts";
import { drop, Embedding, Linear, leakyRelu } from "./layers.ts";
import { type Mode, prefixed, Sequential } from "./module.ts";

const SIZES = [794, 1024, 512, 256] as const;

/**
 * The conditional discriminator: (images [N, 1, 28, 28], labels u32 [N]) to the probability [N, 1] that an image is real.
 * 794 -> 1024 -> 512 -> 256 -> 1, leaky ReLU 0.2 and dropout 0.3 after each hidden layer. Source: the paper, "Networks".
 */
export class Discriminator {
  readonly labelEmbedding: Embedding;
  readonly hidden: readonly Sequential[];

  /** Draws all parameters from `rng`, as PyTorch's layers do. Throws UsageError. */
  constructor(rng: Rng) {
    this.labelEmbedding = new Embedding(rng, 10, 10);
    this.hidden = SIZES.map((size, i) => {
      const next = SIZES[i + 1];
      return new Sequential(next ? [new Linear(rng, size, next), leakyRelu(), drop(0.3)] : [new Linear(rng, size, 1)]);
    });
  }

  /** The number before the sigmoid, [N, 1], for {@link bceWithLogits}. Throws as {@link Discriminator.forward}. */
  logits(images: Tensor, labels: Tensor, mode: Mode): Tensor {
    checkTensor("Discriminator", images);
    const flat = reshape(images, [images.shape[0]!, 784]);
    const joined = inScope("label_embedding", () => concat([flat, this.labelEmbedding.forward(labels)], 1));
    return this.hidden.reduce(
      (value, layer, i) => inScope(`hidden_layer${i + 1}`, () => layer.forward(value, mode)),
      joined,
    );
  }

  /** The probability [N, 1] of images f32 [N, 1, 28, 28] and labels u32 [N]. Throws ShapeError, DTypeError, UsageError. */
  forward(images: Tensor, labels: Tensor, mode: Mode): Tensor {
    return sigmoid(this.logits(images, labels, mode));
  }

  /** Parameters by the authors' names: "label_embedding.weight", "hidden_layer1.0.weight". */
  state(): ReadonlyMap<string, Variable> {
    return new Map([
      ...prefixed("label_embedding", this.labelEmbedding),
      ...this.hidden.flatMap((layer, i) => prefixed(`hidden_layer${i + 1}`, layer)),
    ]);
  }
}
