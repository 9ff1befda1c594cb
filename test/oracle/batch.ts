/** Indices of a batch's samples: order[first + batch * size + s], places past the end giving the last entry. */
export function batchIndices(
  order: ArrayLike<number>,
  batch: number,
  size: number,
  first = 0,
  items = Number.POSITIVE_INFINITY,
): number[] {
  return Array.from({ length: size }, (_, s) =>
    Math.min(order[Math.min(first + batch * size + s, order.length - 1)]!, items - 1),
  );
}

/** Pixels of a batch, scaled from bytes to [-1, 1]. */
export function batchImages(bytes: Uint8Array, pixels: number, indices: readonly number[]): Float64Array {
  return Float64Array.from(
    indices.flatMap((index) =>
      Array.from(bytes.subarray(index * pixels, (index + 1) * pixels), (u) => (u / 255 - 0.5) / 0.5),
    ),
  );
}

/** Bytes of values in [-1, 1]; NaN gives 0. */
export function quantized(x: ArrayLike<number>): Uint8Array {
  return Uint8Array.from(x, (value) =>
    Number.isNaN(value) ? 0 : Math.round((Math.min(1, Math.max(-1, value)) * 0.5 + 0.5) * 255),
  );
}
