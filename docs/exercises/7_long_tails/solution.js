import { bceWithLogits } from "tailgrad/node";

export function tailCounts(n, ratio, classes) {
  return Array.from({ length: classes }, (_, c) => Math.ceil(n * ratio ** c));
}

export function gMean(recalls) {
  return recalls.reduce((product, recall) => product * recall, 1) ** (1 / recalls.length);
}

/** -mean(log D): the images are to be taken for real ones. */
export function generatorLoss(logits) {
  return bceWithLogits(logits, 1);
}
