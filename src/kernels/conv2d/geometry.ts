/** Sizes of a two-dimensional convolution, per axis as [vertical, horizontal]. Channels are counted per group. */
export interface ConvGeometry {
  readonly batch: number;
  readonly groups: number;
  /** Channels of the image side (the input of conv2d, the output of convTranspose2d). */
  readonly imageChannels: number;
  readonly imageSize: readonly [number, number];
  /** Channels of the feature side (the output of conv2d, the input of convTranspose2d). */
  readonly featureChannels: number;
  readonly featureSize: readonly [number, number];
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  /** Zeros before the first row and column; those after the last follow from the sizes. */
  readonly padding: readonly [number, number];
  readonly dilation: readonly [number, number];
}

/** Multiply-adds times two of one pass, taps in the padding included. */
export function convFlops(geometry: ConvGeometry): number {
  const { batch, groups, imageChannels, featureChannels, featureSize, kernel } = geometry;
  return 2 * batch * groups * imageChannels * featureChannels * featureSize[0] * featureSize[1] * kernel[0] * kernel[1];
}
