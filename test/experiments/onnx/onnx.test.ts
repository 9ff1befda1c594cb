/** Exported models give in ONNX Runtime what ours give: the same weights, the same inputs, two implementations. */
import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-web";
import { describe, expect, it } from "vitest";
import { evaluate } from "../../../src/autograd/evaluate.ts";
import { noGrad } from "../../../src/autograd/record.ts";
import { exportModel } from "../../../src/experiments/export_node.ts";
import { Rng } from "../../../src/kernels/random/philox.ts";
import { Cnn } from "../../../src/models/cnn.ts";
import { GENERATOR_NAMES } from "../../../src/models/generator_names.ts";
import { Generator } from "../../../src/models/generators.ts";
import { INFERENCE } from "../../../src/models/module.ts";
import { readState, writeState } from "../../../src/models/state_dict.ts";
import { testDevice } from "../../support/device.ts";

const BATCH = 3;
/** Two orders of summation in f32, through a handful of layers. */
const TOLERANCE = 2e-5;

const normal = (rng: Rng, size: number) => Float32Array.from({ length: size }, () => rng.normal());

/** Fills running statistics and normalisations as a training would: at their start they do next to nothing. */
async function disturb(model: Cnn | Generator, rng: Rng): Promise<void> {
  const tensors = await readState(model.state());
  for (const [name, tensor] of tensors) {
    if (!(tensor.data instanceof Float32Array) || tensor.shape.length !== 1) continue;
    for (let i = 0; i < tensor.data.length; i++) {
      tensor.data[i] = /running_var|weight/.test(name) ? 0.5 + rng.uniform(0, 1) : 0.3 * rng.normal();
    }
  }
  writeState(model.state(), tensors, "test");
}

/** The largest difference, over the largest number there is. */
function worst(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  const scale = Math.max(...Array.from(expected, Math.abs));
  return Math.max(...Array.from(expected, (value, i) => Math.abs(value - actual[i]!))) / scale;
}

/** What ONNX Runtime makes of a file. */
async function runOnnx(bytes: Uint8Array, inputs: Record<string, OrtTensor>, output: string) {
  const session = await InferenceSession.create(bytes, { executionProviders: ["wasm"] });
  expect(session.inputNames).toEqual(Object.keys(inputs));
  expect(session.outputNames).toEqual([output]);
  const { [output]: result } = await session.run(inputs);
  await session.release();
  return { shape: [...result!.dims], data: result!.data as Float32Array };
}

describe("ONNX", () => {
  it("the classifier", async () => {
    const device = await testDevice();
    const rng = new Rng(11, 1);
    const model = new Cnn(rng);
    await disturb(model, rng);
    const images = normal(rng, BATCH * 784);
    const input = { data: images, shape: [BATCH, 1, 28, 28] };
    const [ours] = await evaluate(device, (x) => [noGrad(() => model.forward(x!, INFERENCE))], [input]);
    const { bytes } = await exportModel({ name: "cnn", model }, "onnx", "0.0.0");
    const theirs = await runOnnx(bytes, { images: new OrtTensor("float32", images, [BATCH, 1, 28, 28]) }, "logits");
    expect(theirs.shape).toEqual([BATCH, 10]);
    expect(worst(theirs.data, ours!.data)).toBeLessThan(TOLERANCE);
  });

  it.each(GENERATOR_NAMES)("%s", async (name) => {
    const device = await testDevice();
    const rng = new Rng(12, 1);
    const model = new Generator(name, rng);
    await disturb(model, rng);
    const noise = normal(rng, BATCH * 100);
    const labels = [7, 0, 9];
    const given = [
      { data: noise, shape: [BATCH, 100] },
      { data: Uint32Array.from(labels), shape: [BATCH] },
    ];
    const [ours] = await evaluate(device, (z, u) => [noGrad(() => model.forward(z!, u!, INFERENCE))], given);
    const { bytes } = await exportModel({ name, model }, "onnx", "0.0.0");
    const inputs = {
      noise: new OrtTensor("float32", noise, [BATCH, 100]),
      labels: new OrtTensor("int64", BigInt64Array.from(labels, BigInt), [BATCH]),
    };
    const theirs = await runOnnx(bytes, inputs, "images");
    expect(theirs.shape).toEqual([BATCH, 1, 28, 28]);
    expect(worst(theirs.data, ours!.data)).toBeLessThan(TOLERANCE);
  });
});
