/** Work that keeps each rung busy for some milliseconds: the side of square matrices, and images of a convolution. */
export const TIMED_SIZES = {
  software: { matmul: 256, conv2d: 4 },
  gpu: { matmul: 1024, conv2d: 100 },
} as const;
