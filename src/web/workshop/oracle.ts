import type { ConvGeometry } from "../../kernels/conv2d/geometry.ts";
import type { Expected } from "./verdict.ts";

/*
 * What the workshop's kernels must compute, in float64 and as plain as can be. The tolerance of an element follows from the sizes of
 * what is added up for it: f32 loses about one part in ten million with each addition.
 */

const PER_TERM = 2e-6;

interface Matrices {
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/** C[row, col] = sum over k of A[row, k] * B[k, col]. */
export function matmulOracle(a: ArrayLike<number>, b: ArrayLike<number>, { m, n, k }: Matrices): Expected {
  const values = new Float64Array(m * n);
  const tolerance = new Float64Array(m * n).fill(1e-30);
  for (let row = 0; row < m; row++)
    for (let col = 0; col < n; col++)
      for (let i = 0; i < k; i++) {
        const product = a[row * k + i]! * b[i * n + col]!;
        values[row * n + col]! += product;
        tolerance[row * n + col]! += PER_TERM * Math.abs(product);
      }
  return { values, tolerance };
}

/**
 * y[n, o, i, j] = sum over c, p, q of x[n, c, i*s - pad + p*d, j*s - pad + q*d] * w[o, c, p, q], zeros outside the image. Channels
 * are those of one group; the groups follow each other.
 */
export function conv2dOracle(x: ArrayLike<number>, w: ArrayLike<number>, geometry: ConvGeometry): Expected {
  const { batch, groups, featureChannels, featureSize } = geometry;
  const values = new Float64Array(batch * groups * featureChannels * featureSize[0] * featureSize[1]);
  const tolerance = new Float64Array(values.length).fill(1e-30);
  forEachTap(geometry, (image, weight, feature) => {
    const product = x[image]! * w[weight]!;
    values[feature]! += product;
    tolerance[feature]! += PER_TERM * Math.abs(product);
  });
  return { values, tolerance };
}

/** dw[o, c, p, q] = sum over n, i, j of g[n, o, i, j] * x[n, c, ...], of the same places as in the convolution itself. */
export function weightGradientOracle(x: ArrayLike<number>, g: ArrayLike<number>, geometry: ConvGeometry): Expected {
  const { groups, featureChannels, imageChannels, kernel } = geometry;
  const values = new Float64Array(groups * featureChannels * imageChannels * kernel[0] * kernel[1]);
  const tolerance = new Float64Array(values.length).fill(1e-30);
  forEachTap(geometry, (image, weight, feature) => {
    const product = x[image]! * g[feature]!;
    values[weight]! += product;
    tolerance[weight]! += PER_TERM * Math.abs(product);
  });
  return { values, tolerance };
}

/** Calls `visit` with the places of every product of a convolution: in the image, the weights and the features. */
export function forEachTap(
  geometry: ConvGeometry,
  visit: (image: number, weight: number, feature: number) => void,
): void {
  const { batch, groups, imageChannels, imageSize, featureChannels, featureSize } = geometry;
  const { kernel, stride, padding, dilation } = geometry;
  for (let n = 0; n < batch; n++)
    for (let g = 0; g < groups; g++)
      for (let o = 0; o < featureChannels; o++)
        for (let i = 0; i < featureSize[0]; i++)
          for (let j = 0; j < featureSize[1]; j++)
            for (let c = 0; c < imageChannels; c++)
              for (let p = 0; p < kernel[0]; p++)
                for (let q = 0; q < kernel[1]; q++) {
                  const y = i * stride[0] - padding[0] + p * dilation[0];
                  const x = j * stride[1] - padding[1] + q * dilation[1];
                  if (y < 0 || y >= imageSize[0] || x < 0 || x >= imageSize[1]) continue;
                  const image = (((n * groups + g) * imageChannels + c) * imageSize[0] + y) * imageSize[1] + x;
                  const weight = (((g * featureChannels + o) * imageChannels + c) * kernel[0] + p) * kernel[1] + q;
                  const feature = (((n * groups + g) * featureChannels + o) * featureSize[0] + i) * featureSize[1] + j;
                  visit(image, weight, feature);
                }
}
