import { grid, type Launch, packParams, type ShaderSource, sizeOf, type View } from "../../gpu/launch.ts";
import { specialize } from "../../gpu/specialize.ts";
import adamSource from "./adam.wgsl";
import adamScalesSource from "./adam_scales.wgsl";
import sgdSource from "./sgd.wgsl";
import sgdMomentumSource from "./sgd_momentum.wgsl";

const WORKGROUP = 64;

/** The part that updates of one parameter have in common; `state` is updated along with it. */
function launchUpdate(
  kernel: string,
  variant: string,
  source: ShaderSource,
  numbers: readonly number[],
  scale: View,
  grad: View,
  state: readonly View[],
  flopsPerElement: number,
): Launch {
  const size = sizeOf(grad.shape);
  const count = Math.ceil(size / 4);
  return {
    kernel,
    variant,
    shader: specialize(source, { WORKGROUP }),
    params: packParams([["u32", count], ...numbers.map((value) => ["f32", value] as const)]),
    bindings: [
      { view: scale, access: "read" },
      { view: grad, access: "read" },
      ...state.map((view) => ({ view, access: "update" as const })),
    ],
    workgroups: grid(Math.ceil(count / WORKGROUP)),
    flops: size * flopsPerElement,
  };
}

/** SGD's settings; the learning rate is a view, so that it can change between runs. */
export interface SgdSettings {
  readonly momentum: number;
  readonly weightDecay: number;
  readonly nesterov: boolean;
}

/** Launches SGD's update of one parameter; `velocity` is needed where momentum is not 0. All f32 of one shape, lr [1]. */
export function launchSgd(
  settings: SgdSettings,
  lr: View,
  grad: View,
  param: View,
  velocity: View | undefined,
): Launch {
  const { momentum, weightDecay, nesterov } = settings;
  if (!velocity) return launchUpdate("sgd", "plain", sgdSource, [weightDecay], lr, grad, [param], 4);
  const source = specialize(sgdMomentumSource, { NESTEROV: nesterov });
  const variant = nesterov ? "nesterov" : "momentum";
  return launchUpdate("sgd", variant, source, [weightDecay, momentum], lr, grad, [param, velocity], nesterov ? 8 : 6);
}

/** Adam's settings; `decoupled` makes it AdamW. */
export interface AdamSettings {
  readonly betas: readonly [number, number];
  readonly eps: number;
  readonly weightDecay: number;
  readonly decoupled: boolean;
}

/** Launches step += 1 (u32 [2]) and the scales (f32 [4]) that this step's {@link launchAdam} need. */
export function launchAdamScales(settings: AdamSettings, lr: View, step: View, scales: View): Launch {
  const { betas, weightDecay, decoupled } = settings;
  // beta = 0 would give an infinite decay; any z above 80 makes 1 - exp(-z) equal to 1.
  const decays = betas.map((beta) => ["f32", beta > 0 ? -Math.log(beta) : 1000] as const);
  return {
    kernel: "adamScales",
    variant: decoupled ? "adamw" : "adam",
    shader: adamScalesSource,
    params: packParams([...decays, ["f32", decoupled ? weightDecay : 0]]),
    bindings: [
      { view: lr, access: "read" },
      { view: step, access: "update" },
      { view: scales, access: "write" },
    ],
    workgroups: [1, 1, 1],
    flops: 0,
  };
}

/** Launches Adam's or AdamW's update of one parameter and its two averages, all f32 of one shape. */
export function launchAdam(
  { betas, eps, weightDecay, decoupled }: AdamSettings,
  scales: View,
  grad: View,
  param: View,
  expAvg: View,
  expAvgSq: View,
): Launch {
  const numbers = [1 - betas[0], 1 - betas[1], eps, decoupled ? 0 : weightDecay];
  return launchUpdate(
    "adam",
    decoupled ? "adamw" : "adam",
    adamSource,
    numbers,
    scales,
    grad,
    [param, expAvg, expAvgSq],
    17,
  );
}
