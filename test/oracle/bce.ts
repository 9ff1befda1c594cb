import { type Array64, zeros } from "../support/arrays.ts";
import { reduceLosses } from "./cross_entropy.ts";

type Reduction = "mean" | "sum" | "none";

/** Binary cross entropy of sigmoid(x) and targets. */
export function bceWithLogits(x: Array64, target: Array64 | number, reduction: Reduction): Array64 {
  const losses = zeros(x.shape);
  for (let i = 0; i < x.data.length; i++) {
    const t = typeof target === "number" ? target : target.data[i]!;
    const v = x.data[i]!;
    losses.data[i] = Math.max(v, 0) - v * t + Math.log1p(Math.exp(-Math.abs(v)));
  }
  return reduceLosses(losses, reduction);
}

/** Binary cross entropy of probabilities and targets, logarithms at least -100. */
export function bce(p: Array64, target: Array64 | number, reduction: Reduction): Array64 {
  const losses = zeros(p.shape);
  for (let i = 0; i < p.data.length; i++) {
    const t = typeof target === "number" ? target : target.data[i]!;
    const v = p.data[i]!;
    losses.data[i] = -(t * Math.max(Math.log(v), -100) + (1 - t) * Math.max(Math.log1p(-v), -100));
  }
  return reduceLosses(losses, reduction);
}
