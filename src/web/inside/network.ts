/** What a layer does. */
export type LayerKind =
  | "input"
  | "conv2d"
  | "convTranspose2d"
  | "linear"
  | "maxPool2d"
  | "relu"
  | "leakyRelu"
  | "tanh"
  | "batchNorm"
  | "reshape";

/** A layer of a network that one sample went through. Shapes are those of the sample, without the batch. */
export interface FollowedLayer {
  readonly name: string;
  readonly kind: LayerKind;
  readonly shape: readonly number[];
  readonly values: Float32Array;
  /** The loss's slope in each of the values. */
  readonly gradient: Float32Array;
  readonly weight?: { readonly shape: readonly number[]; readonly values: Float32Array };
  readonly bias?: Float32Array;
  /** Of a transposed convolution: an input's place times `stride` less `padding` is where its weights begin in the result. */
  readonly spread?: { readonly stride: number; readonly padding: number };
}

/** Where weights come from: drawn at random or out of a file, then trained for some steps. */
export interface WeightsOrigin {
  readonly steps: number;
  readonly file?: string | undefined;
}

/** All that one sample makes in a network, input first, and the gradients on the way back. */
export interface NetworkValues {
  /** The generator's name, or "cnn". */
  readonly model: string;
  readonly layers: readonly FollowedLayer[];
  readonly loss: number;
  readonly weights: WeightsOrigin;
}

/** The networks that a number can be followed through. */
export type FollowedNetwork = "cnn" | "generator";
