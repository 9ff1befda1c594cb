/**
 * Chapter 7. A long tail, the number that sees its end, and the generator's loss.
 */
import { log, mean, neg, sigmoid, sub } from "tailgrad/node";

/** Images kept of each class: ceil(n * ratio^c) of class c, a power of the ratio each. */
export function tailCounts(n, _ratio, classes) {
  return new Array(classes).fill(n);
}

/** The G-mean: the geometric mean of the classes' recalls. */
export function gMean(recalls) {
  return recalls.reduce((total, recall) => total + recall, 0) / recalls.length;
}

/**
 * What the generator makes small, from the discriminator's logits of its images. This is the game's own form, mean(log(1 - D)): where D
 * is sure that an image is fake it hardly changes, and so teaches nothing. Give the non-saturating one, exact for any logit.
 */
export function generatorLoss(logits) {
  return mean(log(sub(1, sigmoid(neg(neg(logits))))));
}
