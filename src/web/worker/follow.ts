import { compileOnce } from "../../autograd/compile.ts";
import { grad } from "../../autograd/grad.ts";
import { bceWithLogits } from "../../autograd/ops/bce.ts";
import { concat } from "../../autograd/ops/concat.ts";
import { crossEntropy } from "../../autograd/ops/cross_entropy.ts";
import { type Tensor, Variable } from "../../autograd/tensor.ts";
import { UsageError } from "../../errors.ts";
import type { Device } from "../../gpu/device.ts";
import { Rng } from "../../kernels/random/philox.ts";
import type { Cnn } from "../../models/cnn.ts";
import type { Discriminator } from "../../models/discriminator.ts";
import { type Generator, NOISE_SIZE } from "../../models/generators.ts";
import { BatchNorm, Conv2d, ConvTranspose2d, Linear } from "../../models/layers.ts";
import { INFERENCE, type Module, type Sequential } from "../../models/module.ts";
import type { FollowedLayer, LayerKind, NetworkValues, WeightsOrigin } from "../inside/network.ts";

/** A layer's result as it was recorded. */
interface Walked {
  readonly name: string;
  readonly kind: LayerKind;
  readonly tensor: Tensor;
  readonly module?: Module;
}

/** Runs one image through a classifier and its loss back, and reads all that was made on the way. */
export async function followCnn(
  device: Device,
  model: Cnn,
  image: Float32Array,
  label: number,
  weights: WeightsOrigin,
): Promise<NetworkValues> {
  const input = new Variable(image, [1, 1, 28, 28], { name: "image" });
  const labels = new Variable(Uint32Array.of(label), [1], { name: "label" });
  return read(device, { model: "cnn", weights }, [input, labels], () => {
    const walked = walk("cnn.layers", model.layers, input, "image");
    return { walked, loss: crossEntropy(walked.at(-1)!.tensor, labels) };
  });
}

/** Makes one image by a generator, has it judged, and reads all that was made on the way there and back. */
export async function followGenerator(
  device: Device,
  generator: Generator,
  discriminator: Discriminator,
  { label, seed, weights }: { readonly label: number; readonly seed: number; readonly weights: WeightsOrigin },
): Promise<NetworkValues> {
  const rng = new Rng(seed, 1);
  const z = new Variable(
    Float32Array.from({ length: NOISE_SIZE }, () => rng.normal()),
    [1, NOISE_SIZE],
    { name: "noise" },
  );
  const labels = new Variable(Uint32Array.of(label), [1], { name: "label" });
  return read(device, { model: generator.name, weights }, [z, labels], () => {
    const joined = concat([z, generator.labelEmbedding.forward(labels)], 1);
    const walked = walk("generator.layers", generator.layers, joined, "noise and label");
    const judged = discriminator.logits(walked.at(-1)!.tensor, labels, INFERENCE);
    return { walked, loss: bceWithLogits(judged, 1) };
  });
}

function walk(prefix: string, layers: Sequential, input: Tensor, inputName: string): Walked[] {
  const walked: Walked[] = [{ name: inputName, kind: "input", tensor: input }];
  layers.modules.forEach((module, i) => {
    const tensor = module.forward(walked.at(-1)!.tensor, INFERENCE);
    walked.push({ name: `${prefix}.${i}`, kind: kindOf(module, tensor), tensor, module });
  });
  return walked;
}

const PLAIN_KINDS: readonly LayerKind[] = ["relu", "leakyRelu", "tanh", "maxPool2d", "reshape"];

function kindOf(module: Module, tensor: Tensor): LayerKind {
  if (module instanceof Conv2d) return "conv2d";
  if (module instanceof ConvTranspose2d) return "convTranspose2d";
  if (module instanceof Linear) return "linear";
  if (module instanceof BatchNorm) return "batchNorm";
  const kind = PLAIN_KINDS.find((name) => name === tensor.node?.op);
  if (!kind)
    throw new UsageError(`a layer that makes ${tensor.node?.op ?? "nothing"} cannot be followed; take another network`);
  return kind;
}

async function read(
  device: Device,
  { model, weights }: Pick<NetworkValues, "model" | "weights">,
  inputs: readonly Variable[],
  record: () => { walked: Walked[]; loss: Tensor },
): Promise<NetworkValues> {
  let walked: Walked[] = [];
  try {
    const step = await compileOnce(device, () => {
      const recorded = record();
      walked = recorded.walked;
      const gradients = grad(
        recorded.loss,
        walked.map(({ tensor }) => tensor),
      );
      const named = (letter: string, tensors: readonly Tensor[]) =>
        tensors.map((tensor, i) => [`${letter}${i}`, tensor]);
      return Object.fromEntries([
        ["loss", recorded.loss],
        ...named(
          "v",
          walked.map(({ tensor }) => tensor),
        ),
        ...named("g", gradients),
      ]) as Record<string, Tensor>;
    });
    try {
      step.run();
      const layers: FollowedLayer[] = [];
      for (const [i, { name, kind, tensor, module }] of walked.entries()) {
        const values = (await step.read(`v${i}`)) as Float32Array;
        const gradient = (await step.read(`g${i}`)) as Float32Array;
        layers.push({ name, kind, shape: tensor.shape.slice(1), values, gradient, ...(await weightsOf(module)) });
      }
      return { model, layers, weights, loss: (await step.read("loss"))[0]! };
    } finally {
      step.destroy();
    }
  } finally {
    for (const input of inputs) input.destroy();
  }
}

async function weightsOf(module: Module | undefined): Promise<Pick<FollowedLayer, "weight" | "bias" | "spread">> {
  if (!(module instanceof Conv2d || module instanceof ConvTranspose2d || module instanceof Linear)) return {};
  const { weight, bias } = module;
  const { stride = 1, padding = 0 } = module instanceof ConvTranspose2d ? module.sizes : {};
  return {
    weight: { shape: weight.shape, values: (await weight.read()) as Float32Array },
    bias: (await bias.read()) as Float32Array,
    ...(module instanceof ConvTranspose2d ? { spread: { stride, padding } } : {}),
  };
}
