import { u32Params } from "../../gpu/launch.ts";

/** Windows over the last two axes of NCHW; pairs are height, width. */
export interface Windows {
  readonly input: readonly [number, number];
  readonly output: readonly [number, number];
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number];
  readonly dilation: readonly [number, number];
}

/** The uniform of the pooling kernels: element count, then each pair of {@link Windows} in order. */
export function windowParams(count: number, windows: Windows): ArrayBuffer {
  const { input, output, kernel, stride, padding, dilation } = windows;
  return u32Params(count, 0, ...input, ...output, ...kernel, ...stride, ...padding, ...dilation);
}
