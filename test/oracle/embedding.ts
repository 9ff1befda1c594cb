import { type Array64, zeros } from "../support/arrays.ts";

export function embedding(indices: Array64, weight: Array64): Array64 {
  const [rows, width] = weight.shape as [number, number];
  const out = zeros([...indices.shape, width]);
  indices.data.forEach((index, i) => {
    for (let d = 0; d < width; d++)
      out.data[i * width + d] = index < rows ? weight.data[index * width + d]! : Number.NaN;
  });
  return out;
}

/** Gradient of {@link embedding} to the weight: each g is added to the row that its index names. */
export function embeddingGradient(g: Array64, indices: Array64, weight: Array64): Array64 {
  const [rows, width] = weight.shape as [number, number];
  const dw = zeros(weight.shape);
  indices.data.forEach((index, i) => {
    for (let d = 0; d < width; d++) if (index < rows) dw.data[index * width + d]! += g.data[i * width + d]!;
  });
  return dw;
}
