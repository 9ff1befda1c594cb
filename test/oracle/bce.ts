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

/** Gradient that each of `count` losses receives from the gradient g of the reduced losses. */
function ofLoss(g: Array64, i: number, count: number, reduction: Reduction): number {
  return reduction === "none" ? g.data[i]! : reduction === "sum" ? g.data[0]! : g.data[0]! / count;
}

/** Gradients of {@link bceWithLogits}: g * (sigmoid(x) - t) to x, -g * x to t. */
export function bceWithLogitsGradient(
  g: Array64,
  x: Array64,
  target: Array64 | number,
  reduction: Reduction,
): [dx: Array64, dt: Array64] {
  const [dx, dt] = [zeros(x.shape), zeros(x.shape)];
  for (let i = 0; i < x.data.length; i++) {
    const slope = ofLoss(g, i, x.data.length, reduction);
    const t = typeof target === "number" ? target : target.data[i]!;
    dx.data[i] = slope * (1 / (1 + Math.exp(-x.data[i]!)) - t);
    dt.data[i] = -slope * x.data[i]!;
  }
  return [dx, dt];
}

/** Gradients of {@link bce} within (0, 1): g * (p - t) / (p * (1 - p)) to p, g * log((1 - p) / p) to t. */
export function bceGradient(
  g: Array64,
  p: Array64,
  target: Array64 | number,
  reduction: Reduction,
): [dp: Array64, dt: Array64] {
  const [dp, dt] = [zeros(p.shape), zeros(p.shape)];
  for (let i = 0; i < p.data.length; i++) {
    const slope = ofLoss(g, i, p.data.length, reduction);
    const t = typeof target === "number" ? target : target.data[i]!;
    const v = p.data[i]!;
    dp.data[i] = (slope * (v - t)) / (v * (1 - v));
    dt.data[i] = slope * (Math.log1p(-v) - Math.log(v));
  }
  return [dp, dt];
}
