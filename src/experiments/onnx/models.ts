import type { StoredTensor } from "../../data/safetensors.ts";
import { UsageError } from "../../errors.ts";
import type { Cnn } from "../../models/cnn.ts";
import { type Generator, NOISE_SIZE } from "../../models/generators.ts";
import { BatchNorm, Conv2d, type ConvSizes, ConvTranspose2d, Linear } from "../../models/layers.ts";
import { type Form, type Module, type Sequential, Stateless } from "../../models/module.ts";
import { type Attribute, OnnxGraph } from "./graph.ts";

/** PyTorch's, and ours. */
const BATCH_NORM_EPSILON = 1e-5;
/** The batch, of any size. */
const N = "N";

type Weights = ReadonlyMap<string, StoredTensor>;

/** The classifier for inference: `images` [N, 1, 28, 28] to `logits` [N, 10]. */
export function cnnToOnnx(model: Cnn, weights: Weights, version: string): Uint8Array {
  const graph = new OnnxGraph(weights);
  const images = graph.input("images", "float", [N, 1, 28, 28]);
  graph.output(addLayers(graph, images, model.layers, "layers"), "logits", [N, 10]);
  return graph.encode("cnn", version, { pixels: "grey / 127.5 - 1, so -1 is black and 1 white" });
}

/** A generator for inference: `noise` [N, 100], drawn from N(0, 1), and `labels` int64 [N] to `images` [N, 1, 28, 28]. */
export function generatorToOnnx(model: Generator, weights: Weights, version: string): Uint8Array {
  const graph = new OnnxGraph(weights);
  const noise = graph.input("noise", "float", [N, NOISE_SIZE]);
  const labels = graph.input("labels", "int64", [N]);
  const embedded = graph.node("Gather", [graph.weight("label_embedding.weight"), labels], { axis: 0 });
  const joined = graph.node("Concat", [noise, embedded], { axis: 1 });
  const pixels = addLayers(graph, joined, model.layers, "layers");
  graph.output(graph.node("Reshape", [pixels, graph.constant([-1, 1, 28, 28])]), "images", [N, 1, 28, 28]);
  return graph.encode(model.name, version, { pixels: "-1 is black and 1 white" });
}

function addLayers(graph: OnnxGraph, x: string, { modules }: Sequential, prefix: string): string {
  return modules.reduce((value, module, place) => addLayer(graph, value, module, `${prefix}.${place}`), x);
}

function addLayer(graph: OnnxGraph, x: string, module: Module, name: string): string {
  const weights = (...names: string[]) => names.map((part) => graph.weight(`${name}.${part}`));
  if (module instanceof Linear) return graph.node("Gemm", [x, ...weights("weight", "bias")], { transB: 1 });
  if (module instanceof Conv2d) return graph.node("Conv", [x, ...weights("weight", "bias")], convolution(module.sizes));
  if (module instanceof ConvTranspose2d) {
    return graph.node("ConvTranspose", [x, ...weights("weight", "bias")], convolution(module.sizes));
  }
  if (module instanceof BatchNorm) {
    const inputs = [x, ...weights("weight", "bias", "running_mean", "running_var")];
    return graph.node("BatchNormalization", inputs, { epsilon: { float: BATCH_NORM_EPSILON } });
  }
  if (module instanceof Stateless) return addForm(graph, x, module.form);
  throw new UsageError(`${name}: ONNX has no form for this layer here; export a model of tailgrad's own layers`);
}

function addForm(graph: OnnxGraph, x: string, form: Form): string {
  switch (form.kind) {
    case "relu":
      return graph.node("Relu", [x]);
    case "tanh":
      return graph.node("Tanh", [x]);
    case "leakyRelu":
      return graph.node("LeakyRelu", [x], { alpha: { float: form.negativeSlope } });
    case "maxPool":
      return graph.node("MaxPool", [x], { kernel_shape: pair(form.kernel), strides: pair(form.stride) });
    case "flatten":
      return graph.node("Flatten", [x], { axis: 1 });
    case "unflatten":
      return graph.node("Reshape", [x, graph.constant([-1, ...form.shape])]);
    case "dropout":
      return x;
  }
}

function convolution({ kernel, stride = 1, padding = 0 }: ConvSizes): Record<string, Attribute> {
  return { kernel_shape: pair(kernel), strides: pair(stride), pads: [padding, padding, padding, padding] };
}

function pair(size: number): readonly number[] {
  return [size, size];
}
