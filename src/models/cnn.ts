import type { Tensor, Variable } from "../autograd/tensor.ts";
import type { Rng } from "../kernels/random/philox.ts";
import { BatchNorm, Conv2d, flatten, Linear, maxPool, relu } from "./layers.ts";
import { type Mode, prefixed, Sequential } from "./module.ts";

/**
 * The paper's classifier: images [N, 1, 28, 28] to logits [N, 10] (the paper's softmax belongs to the loss here).
 * Four 3x3 convolutions with padding 1 (32, 32, 48, 64 channels), two poolings by 2, linear 128 and 10; 454,042
 * parameters. Source: the paper, "Networks".
 */
export class Cnn {
  readonly layers: Sequential;

  constructor(rng: Rng) {
    const conv = (inChannels: number, outChannels: number) =>
      new Conv2d(rng, { inChannels, outChannels, kernel: 3, padding: 1 });
    this.layers = new Sequential([
      conv(1, 32),
      relu(),
      new BatchNorm(32),
      conv(32, 32),
      relu(),
      maxPool(2),
      conv(32, 48),
      relu(),
      conv(48, 64),
      relu(),
      maxPool(2),
      flatten(),
      new Linear(rng, 3136, 128),
      relu(),
      new Linear(rng, 128, 10),
    ]);
  }

  forward(images: Tensor, mode: Mode): Tensor {
    return this.layers.forward(images, mode);
  }

  state(): ReadonlyMap<string, Variable> {
    return new Map(prefixed("layers", this.layers));
  }
}

/**
 * The midway report's classifier: RGB images [N, 3, 224, 224] to logits [N, 8]; 146,968 parameters. Source: the paper's
 * first document, as its program built it.
 */
export class MidwayCnn {
  readonly layers: Sequential;

  constructor(rng: Rng) {
    this.layers = new Sequential([
      new Conv2d(rng, { inChannels: 3, outChannels: 20, kernel: 11 }),
      relu(),
      maxPool(4),
      new Conv2d(rng, { inChannels: 20, outChannels: 30, kernel: 11 }),
      relu(),
      maxPool(5, 4),
      new Conv2d(rng, { inChannels: 30, outChannels: 50, kernel: 5 }),
      relu(),
      maxPool(6, 4),
      flatten(),
      new Linear(rng, 50, 500),
      relu(),
      new Linear(rng, 500, 8),
    ]);
  }

  forward(images: Tensor, mode: Mode): Tensor {
    return this.layers.forward(images, mode);
  }

  state(): ReadonlyMap<string, Variable> {
    return new Map(prefixed("layers", this.layers));
  }
}
