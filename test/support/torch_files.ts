/**
 * State dicts as PyTorch writes them for the authors' programs, made by hand: names and shapes stand here as in the paper's
 * description, not as our models have them, and the file is put together byte by byte.
 */
import { random } from "./arrays.ts";

type Shape = readonly number[];
/** Tensors by name, float32 but for the counters. */
export type TorchState = Map<string, { shape: Shape; data: Float32Array | BigInt64Array }>;

const linear = (place: string, inputs: number, outputs: number): [string, Shape][] => [
  [`${place}.weight`, [outputs, inputs]],
  [`${place}.bias`, [outputs]],
];
const conv = (place: string, first: number, second: number, kernel: number, outputs: number): [string, Shape][] => [
  [`${place}.weight`, [first, second, kernel, kernel]],
  [`${place}.bias`, [outputs]],
];
const norm = (place: string, size: number): [string, Shape][] => [
  [`${place}.weight`, [size]],
  [`${place}.bias`, [size]],
  [`${place}.running_mean`, [size]],
  [`${place}.running_var`, [size]],
  [`${place}.num_batches_tracked`, []],
];
const embedding: [string, Shape] = ["label_embedding.weight", [10, 10]];
const mlp = [
  embedding,
  ...linear("layers.0", 110, 256),
  ...linear("layers.2", 256, 512),
  ...linear("layers.4", 512, 1024),
  ...linear("layers.6", 1024, 784),
];

/** Every tensor of each of the authors' models. */
export const TORCH_SHAPES = {
  cnn: [
    ...conv("layers.0", 32, 1, 3, 32),
    ...norm("layers.2", 32),
    ...conv("layers.3", 32, 32, 3, 32),
    ...conv("layers.6", 48, 32, 3, 48),
    ...conv("layers.8", 64, 48, 3, 64),
    ...linear("layers.12", 3136, 128),
    ...linear("layers.14", 128, 10),
  ],
  mlp_cgan_relu: mlp,
  mlp_cgan_leaky: mlp,
  small_mlp_cgan_leaky: [
    embedding,
    ...linear("layers.0", 110, 256),
    ...linear("layers.2", 256, 512),
    ...linear("layers.4", 512, 784),
  ],
  big_mlp_cgan_leaky: [
    embedding,
    ...linear("layers.0", 110, 256),
    ...linear("layers.2", 256, 384),
    ...norm("layers.4", 384),
    ...linear("layers.5", 384, 512),
    ...linear("layers.7", 512, 768),
    ...linear("layers.9", 768, 1024),
    ...norm("layers.10", 1024),
    ...linear("layers.12", 1024, 784),
  ],
  dccgan_leaky: [
    embedding,
    ...linear("layers.0", 110, 49),
    ...conv("layers.3", 1, 128, 4, 128),
    ...conv("layers.5", 128, 256, 4, 256),
    ...conv("layers.7", 256, 128, 5, 128),
    ...conv("layers.9", 1, 128, 5, 1),
  ],
} as const satisfies Record<string, readonly (readonly [string, Shape])[]>;

/** Weights as a training might leave them: small, and variances above 0. */
export function torchState(model: keyof typeof TORCH_SHAPES, seed: number): TorchState {
  const shapes: readonly (readonly [string, Shape])[] = TORCH_SHAPES[model];
  return new Map(
    shapes.map(([name, shape], i): [string, { shape: Shape; data: Float32Array | BigInt64Array }] => {
      if (name.endsWith("num_batches_tracked")) return [name, { shape, data: BigInt64Array.of(1234n) }];
      const inputs = shape.slice(1).reduce((product, size) => product * size, 1);
      const bound = shape.length > 1 ? 2 / Math.sqrt(inputs) : 0.3;
      const [low, high] = name.endsWith("running_var") ? [0.5, 1.5] : [-bound, bound];
      return [name, { shape, data: Float32Array.from(random(shape, seed + i, low, high).data) }];
    }),
  );
}

/** The bytes of a safetensors file: length of the header, header, tensors in the order given. */
export function torchFile(state: TorchState): Uint8Array {
  const header: Record<string, unknown> = {};
  let end = 0;
  for (const [name, { shape, data }] of state) {
    const dtype = data instanceof Float32Array ? "F32" : "I64";
    header[name] = { dtype, shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  const tensors = [...state.values()].map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  return Buffer.concat([length, text, ...tensors]);
}
