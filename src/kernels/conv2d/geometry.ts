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

/** A 3x3 convolution of square images that keeps their size ("same" padding), as the CNN's layers are. */
export function sameConvolution(batch: number, inChannels: number, outChannels: number, size: number): ConvGeometry {
  return {
    batch,
    groups: 1,
    imageChannels: inChannels,
    imageSize: [size, size],
    featureChannels: outChannels,
    featureSize: [size, size],
    kernel: [3, 3],
    stride: [1, 1],
    padding: [1, 1],
    dilation: [1, 1],
  };
}

/** Multiply-adds times two of one pass, taps in the padding included. */
export function convFlops(geometry: ConvGeometry): number {
  const { batch, groups, imageChannels, featureChannels, featureSize, kernel } = geometry;
  return 2 * batch * groups * imageChannels * featureChannels * featureSize[0] * featureSize[1] * kernel[0] * kernel[1];
}

/** All of a geometry as text, such as "100x32x28x28 to 48x28x28 by 3x3, stride 1x1, padding 1x1". */
export function geometryKey(geometry: ConvGeometry): string {
  const { batch, groups, imageChannels, imageSize, featureChannels, featureSize } = geometry;
  const { kernel, stride, padding, dilation } = geometry;
  const pair = (sizes: readonly number[]) => sizes.join("x");
  return (
    `${batch}x${imageChannels}x${pair(imageSize)} to ${featureChannels}x${pair(featureSize)} by ${pair(kernel)}, ` +
    `stride ${pair(stride)}, padding ${pair(padding)}, dilation ${pair(dilation)}, groups ${groups}`
  );
}
