/** The authors' models in float64, in inference, straight from a state dict. */
import { conv3x3 } from "../golden/conv3x3.ts";
import { batchNorm } from "../oracle/batch_norm.ts";
import { concat } from "../oracle/concat.ts";
import { conv2d, convTranspose2d } from "../oracle/conv2d.ts";
import { leakyRelu, relu, tanh } from "../oracle/elementwise.ts";
import { embedding } from "../oracle/embedding.ts";
import { linear } from "../oracle/matmul.ts";
import { maxPool2d } from "../oracle/max_pool2d.ts";
import { type Array64, array } from "./arrays.ts";
import type { TorchState } from "./torch_files.ts";

type Layer = (x: Array64) => Array64;
type GeneratorName = keyof typeof GENERATORS;

const SLOPE = 0.2;
const leaky: Layer = (x) => leakyRelu(x, SLOPE);
const pool: Layer = (x) => maxPool2d(x, { kernel: [2, 2], stride: [2, 2], padding: [0, 0] });
const reshaped =
  (shape: readonly number[]): Layer =>
  (x) => ({ ...x, shape: [x.shape[0]!, ...shape] });

/** The layers of a state dict by place. */
function layersOf(state: TorchState) {
  const tensor = (name: string) => {
    const { data, shape } = state.get(name)!;
    return array(Float32Array.from(data as Float32Array), shape);
  };
  const pair = (place: number) => [tensor(`layers.${place}.weight`), tensor(`layers.${place}.bias`)] as const;
  return {
    tensor,
    full:
      (place: number): Layer =>
      (x) =>
        linear(x, ...pair(place)),
    conv:
      (place: number): Layer =>
      (x) =>
        conv3x3(x, ...pair(place)),
    conv5:
      (place: number): Layer =>
      (x) =>
        conv2d(x, ...pair(place), settings(1, 2)),
    up:
      (place: number, stride: number, padding: number): Layer =>
      (x) =>
        convTranspose2d(x, ...pair(place), { ...settings(stride, padding), outputPadding: [0, 0] }),
    norm:
      (place: number): Layer =>
      (x) =>
        batchNorm(x, ...pair(place), 1e-5, {
          mean: tensor(`layers.${place}.running_mean`).data,
          variance: tensor(`layers.${place}.running_var`).data,
        }),
  };
}

function settings(stride: number, padding: number) {
  const sides = [padding, padding, padding, padding] as const;
  return { stride: [stride, stride], padding: sides, dilation: [1, 1], groups: 1 } as const;
}

const through = (layers: readonly Layer[], x: Array64) => layers.reduce((value, layer) => layer(value), x);

/** Logits of the classifier for images [N, 1, 28, 28]. */
export function torchCnn(state: TorchState, images: Array64): Array64 {
  const { conv, norm, full } = layersOf(state);
  const convs = [conv(0), relu, norm(2), conv(3), relu, pool, conv(6), relu, conv(8), relu, pool];
  return through([...convs, reshaped([3136]), full(12), relu, full(14)], images);
}

type Build = (layers: ReturnType<typeof layersOf>) => Layer[];
const mlp =
  (activation: Layer): Build =>
  ({ full }) => [full(0), activation, full(2), activation, full(4), activation, full(6)];

const GENERATORS = {
  mlp_cgan_relu: mlp(relu),
  mlp_cgan_leaky: mlp(leaky),
  small_mlp_cgan_leaky: ({ full }) => [full(0), leaky, full(2), leaky, full(4)],
  big_mlp_cgan_leaky: ({ full, norm }) => [
    ...[full(0), leaky, full(2), leaky, norm(4), full(5), leaky],
    ...[full(7), leaky, full(9), norm(10), leaky, full(12)],
  ],
  dccgan_leaky: ({ full, up, conv5 }) => [
    ...[full(0), leaky, reshaped([1, 7, 7]), up(3, 2, 1), leaky, up(5, 2, 1), leaky],
    ...[up(7, 1, 2), leaky, conv5(9)],
  ],
} satisfies Record<string, Build>;

/** Images of a generator for noise [N, 100] and labels [N]. */
export function torchGenerator(name: GeneratorName, state: TorchState, z: Array64, labels: Array64): Array64 {
  const layers = layersOf(state);
  const joined = concat([z, embedding(labels, layers.tensor("label_embedding.weight"))], 1);
  return reshaped([1, 28, 28])(tanh(through(GENERATORS[name](layers), joined)));
}
