import { type Array64, zeros } from "../support/arrays.ts";

export function oneHot(indices: Array64, classes: number): Array64 {
  const out = zeros([...indices.shape, classes]);
  indices.data.forEach((index, i) => {
    if (index < classes) out.data[i * classes + index] = 1;
  });
  return out;
}
