import { shown } from "../autograd/arguments.ts";
import { inScope } from "../autograd/record.ts";
import type { Tensor, Variable } from "../autograd/tensor.ts";
import { UsageError } from "../errors.ts";
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

  /** Draws all parameters from `rng`, as PyTorch's layers do. Throws UsageError. */
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

  /** Images to logits. Throws ShapeError, DTypeError, UsageError. */
  forward(images: Tensor, mode: Mode): Tensor {
    return inScope("layers", () => this.layers.forward(images, mode));
  }

  /** Parameters and buffers by PyTorch's names: "layers.0.weight". */
  state(): ReadonlyMap<string, Variable> {
    return new Map(prefixed("layers", this.layers));
  }
}

/** Kernel of a convolution, and kernel and stride of the pooling behind it. */
interface MidwayBlock {
  readonly kernel: number;
  readonly pool: number;
  readonly stride: number;
}

/** By the pictures' side: 224 is the report's; for smaller pictures the same blocks shrink. Both end in 50 numbers. */
const MIDWAY_BLOCKS: ReadonlyMap<number, readonly [MidwayBlock, MidwayBlock]> = new Map([
  [
    224,
    [
      { kernel: 11, pool: 4, stride: 4 },
      { kernel: 11, pool: 5, stride: 4 },
    ],
  ],
  [
    56,
    [
      { kernel: 5, pool: 2, stride: 2 },
      { kernel: 5, pool: 4, stride: 2 },
    ],
  ],
]);

/** Sides of the pictures that {@link MidwayCnn} takes. */
export const MIDWAY_SIDES: readonly number[] = [...MIDWAY_BLOCKS.keys()];

/**
 * The midway report's classifier: RGB images [N, 3, side, side] to logits [N, 8]; 146,968 parameters at side 224. Throws
 * UsageError for a side that it has no blocks for. Source: the paper's first document, as its program built it.
 */
export class MidwayCnn {
  readonly layers: Sequential;

  /** Draws all parameters from `rng`, as PyTorch's layers do. */
  constructor(rng: Rng, side = 224) {
    const blocks = MIDWAY_BLOCKS.get(side);
    if (!blocks) {
      throw new UsageError(
        `MidwayCnn: takes pictures of side ${MIDWAY_SIDES.join(", ")}, not ${shown(side)}; give one`,
      );
    }
    const [first, second] = blocks;
    this.layers = new Sequential([
      new Conv2d(rng, { inChannels: 3, outChannels: 20, kernel: first.kernel }),
      relu(),
      maxPool(first.pool, first.stride),
      new Conv2d(rng, { inChannels: 20, outChannels: 30, kernel: second.kernel }),
      relu(),
      maxPool(second.pool, second.stride),
      new Conv2d(rng, { inChannels: 30, outChannels: 50, kernel: 5 }),
      relu(),
      maxPool(6, 4),
      flatten(),
      new Linear(rng, 50, 500),
      relu(),
      new Linear(rng, 500, 8),
    ]);
  }

  /** Images to logits. Throws ShapeError, DTypeError, UsageError. */
  forward(images: Tensor, mode: Mode): Tensor {
    return inScope("layers", () => this.layers.forward(images, mode));
  }

  /** Parameters and buffers by PyTorch's names: "layers.0.weight". */
  state(): ReadonlyMap<string, Variable> {
    return new Map(prefixed("layers", this.layers));
  }
}
