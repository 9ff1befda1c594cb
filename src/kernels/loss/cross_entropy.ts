import { type Capabilities, grid, type Launch, packParams, scratch, sizeOf, type View } from "../../gpu/launch.ts";
import { specialize } from "../../gpu/specialize.ts";
import { reduce } from "../reduce/reduce.ts";
import forward from "./cross_entropy.wgsl";
import backward from "./cross_entropy_grad.wgsl";

const WORKGROUP = 64;

/** How the losses of a batch become the result: their mean, their sum, or each for itself. */
export type LossReduction = "mean" | "sum" | "none";

/** Scores [N, C] (logits, or log-probabilities) and targets: labels u32 [N], or probabilities f32 [N, C]. */
export interface ClassLoss {
  readonly scores: View;
  readonly targets: View;
  readonly logits: boolean;
  readonly reduction: LossReduction;
}

function constants({ targets, logits }: ClassLoss) {
  return { Target: targets.dtype, LOGITS: logits, LABELS: targets.dtype === "u32", WORKGROUP };
}

/**
 * Launches the loss into `loss` ([] or [N]) and each row's sums, f32 [N, 4], for the gradient. A label that is not below
 * C makes its row's loss and gradient NaN; nothing is read out of bounds.
 */
export function crossEntropy(spec: ClassLoss, loss: View, rowSums: View, capabilities: Capabilities): Launch[] {
  const [rows, classes] = spec.scores.shape as [number, number];
  const losses = spec.reduction === "none" ? loss : scratch([rows], "f32", "losses");
  const first: Launch = {
    kernel: spec.logits ? "crossEntropy" : "nll",
    variant: spec.targets.dtype === "u32" ? "labels" : "probabilities",
    shader: specialize(forward, constants(spec)),
    params: packParams([
      ["u32", rows],
      ["u32", classes],
      ["f32", Number.NaN],
    ]),
    bindings: [
      { view: spec.scores, access: "read" },
      { view: spec.targets, access: "read" },
      { view: losses, access: "write" },
      { view: rowSums, access: "write" },
    ],
    workgroups: grid(Math.ceil(rows / WORKGROUP)),
    flops: sizeOf(spec.scores.shape) * 5,
  };
  if (spec.reduction === "none") return [first];
  return [first, ...reduce(spec.reduction, losses, [0], { ...loss, shape: [1] }, capabilities)];
}

/** Launches the gradient of {@link crossEntropy} to the scores, from its row sums and the loss's gradient `g`. */
export function crossEntropyGrad(spec: ClassLoss, rowSums: View, g: View, output: View): Launch {
  const [rows, classes] = spec.scores.shape as [number, number];
  const size = rows * classes;
  return {
    kernel: spec.logits ? "crossEntropyGrad" : "nllGrad",
    variant: spec.targets.dtype === "u32" ? "labels" : "probabilities",
    shader: specialize(backward, constants(spec)),
    params: packParams([
      ["u32", size],
      ["u32", classes],
      ["u32", spec.reduction === "none" ? 1 : 0],
      ["f32", spec.reduction === "mean" ? 1 / rows : 1],
    ]),
    bindings: [
      { view: spec.scores, access: "read" },
      { view: spec.targets, access: "read" },
      { view: rowSums, access: "read" },
      { view: g, access: "read" },
      { view: output, access: "write" },
    ],
    workgroups: grid(Math.ceil(size / WORKGROUP)),
    flops: size * 5,
  };
}
