/**
 * tailgrad in browsers and everywhere: devices, recorded tensors, ops with gradients, compiled steps, models, data.
 * Node's own entry (Dawn, files, run folders) is "tailgrad/node".
 *
 * @module tailgrad
 */
export type { Pair } from "./autograd/arguments.ts";
export {
  checkGradients,
  type Float64Tensor,
  type GradientCheck,
  type GradientCheckOptions,
} from "./autograd/check_gradients.ts";
export { type CompileOptions, compile } from "./autograd/compile.ts";
export { type CustomOp, customOp, type Shape } from "./autograd/custom_op.ts";
export { evaluate, type HostTensor } from "./autograd/evaluate.ts";
export type { BindingRow, DispatchRow, Explanation, PartRow } from "./autograd/explain.ts";
export { grad } from "./autograd/grad.ts";
export type { HostArray } from "./autograd/host_array.ts";
export { argmax } from "./autograd/ops/argmax.ts";
export { type AvgPool2dOptions, avgPool2d } from "./autograd/ops/avg_pool2d.ts";
export {
  type BatchSource,
  gatherImages,
  gatherLabels,
  packBytes,
  quantizeImages,
  unpackBytes,
} from "./autograd/ops/batch.ts";
export { type BatchNormOptions, batchNorm } from "./autograd/ops/batch_norm.ts";
export { bce, bceWithLogits } from "./autograd/ops/bce.ts";
export { cast } from "./autograd/ops/cast.ts";
export { clamp } from "./autograd/ops/clamp.ts";
export { equal, greater, greaterEqual, less, lessEqual } from "./autograd/ops/compare.ts";
export { concat } from "./autograd/ops/concat.ts";
export { confusionCounts } from "./autograd/ops/confusion_counts.ts";
export {
  type Conv2dOptions,
  type ConvTranspose2dOptions,
  conv2d,
  convTranspose2d,
} from "./autograd/ops/conv2d.ts";
export { crossEntropy, type LossReduction, nll } from "./autograd/ops/cross_entropy.ts";
export { dropout } from "./autograd/ops/dropout.ts";
export {
  abs,
  add,
  div,
  exp,
  full,
  leakyRelu,
  log,
  mul,
  neg,
  type Operand,
  relu,
  sigmoid,
  sqrt,
  square,
  sub,
  tanh,
} from "./autograd/ops/elementwise.ts";
export { embedding } from "./autograd/ops/embedding.ts";
export { flatten } from "./autograd/ops/flatten.ts";
export { gather, indexSelect } from "./autograd/ops/gather.ts";
export { linear, type MatmulOptions, matmul } from "./autograd/ops/matmul.ts";
export { maxPool2d } from "./autograd/ops/max_pool2d.ts";
export { maximum, minimum } from "./autograd/ops/maximum.ts";
export { oneHot } from "./autograd/ops/one_hot.ts";
export { permute, transpose } from "./autograd/ops/permute.ts";
export type { Pool2dOptions } from "./autograd/ops/pool2d.ts";
export { pow } from "./autograd/ops/pow.ts";
export { newClock, normal, type RandomSource, randomIntegers, uniform } from "./autograd/ops/random.ts";
export { max, mean, min } from "./autograd/ops/reduce.ts";
export { detach, reshape } from "./autograd/ops/reshape.ts";
export { slice } from "./autograd/ops/slice.ts";
export { logSoftmax, softmax } from "./autograd/ops/softmax.ts";
export { advance, assign, assignAdd, logScalars } from "./autograd/ops/state.ts";
export { expand, sum } from "./autograd/ops/sum.ts";
export { where } from "./autograd/ops/where.ts";
export type { DispatchTime } from "./autograd/profile.ts";
export { noGrad } from "./autograd/record.ts";
export type { Outputs, Step } from "./autograd/step.ts";
export { Tensor, Variable, type VariableOptions } from "./autograd/tensor.ts";
export type { DispatchSpan } from "./autograd/trace.ts";
export {
  TUNE_MODES,
  type TunedChoices,
  type TuneMode,
  Tuner,
  type TunerOptions,
  type TuningReport,
} from "./autograd/tuner.ts";
export type { ImageDataset, LabelledImages } from "./data/dataset.ts";
export { type GarmentOptions, garments } from "./data/garments.ts";
export { type IdxImages, readIdxImages, readIdxLabels } from "./data/idx.ts";
export {
  downsampled,
  type Imbalance,
  longTail,
  longTailCounts,
  parseImbalance,
  upsampledCyclic,
  upsampledRandom,
} from "./data/long_tail.ts";
export { readSafetensors, type SafetensorsFile, type StoredTensor, writeSafetensors } from "./data/safetensors.ts";
export type { TensorData } from "./data/safetensors_dtypes.ts";
export * from "./errors.ts";
export { type BrowserTunerOptions, browserTuner } from "./experiments/tuning_browser.ts";
export { type OpenOptions, openDevice } from "./gpu/adapter.ts";
export type { AdapterDescription, DeviceStats } from "./gpu/description.ts";
export type { Device, DeviceOptions } from "./gpu/device.ts";
export type { Capabilities, Constants, DType } from "./gpu/launch.ts";
export { Rng } from "./kernels/random/philox.ts";
export { Cnn, MidwayCnn } from "./models/cnn.ts";
export { Discriminator } from "./models/discriminator.ts";
export { GENERATOR_NAMES, type GeneratorName } from "./models/generator_names.ts";
export { Generator, NOISE_SIZE } from "./models/generators.ts";
export { BatchNorm, Conv2d, type ConvSizes, ConvTranspose2d, Embedding, Linear } from "./models/layers.ts";
export { INFERENCE, type Mode, type Module, parameterCount, parametersOf, Sequential } from "./models/module.ts";
export { Adam, type AdamOptions, AdamW, Optimizer, SGD, type SgdOptions } from "./models/optim.ts";
export { readState, writeState } from "./models/state_dict.ts";
