import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { evaluate } from "../../src/autograd/evaluate.ts";
import { garments } from "../../src/data/garments.ts";
import { DataError, NumericsError } from "../../src/errors.ts";
import { SILENT } from "../../src/experiments/progress.ts";
import {
  destroyModel,
  evaluateCnnWeights,
  judgeGeneratorWeights,
  loadCnnWeights,
  loadGeneratorWeights,
} from "../../src/experiments/weights_node.ts";
import { GENERATOR_NAMES } from "../../src/models/generator_names.ts";
import { INFERENCE } from "../../src/models/module.ts";
import { crossEntropy } from "../oracle/cross_entropy.ts";
import { array, indices, random, toHost } from "../support/arrays.ts";
import { testDevice } from "../support/device.ts";
import { TORCH_SHAPES, torchFile, torchState } from "../support/torch_files.ts";
import { torchCnn, torchGenerator } from "../support/torch_oracle.ts";
import { temporaryFolder } from "./temporary_folder.ts";

type State = ReturnType<typeof torchState>;

function fileOf(state: State): string {
  const file = join(temporaryFolder(), "torch.safetensors");
  writeFileSync(file, torchFile(state));
  return file;
}

describe("weights in the authors' layout compute what float64 does", () => {
  it.each(GENERATOR_NAMES)("%s", { timeout: 120_000 }, async (name) => {
    const device = await testDevice();
    const state = torchState(name, 7);
    const generator = loadGeneratorWeights(fileOf(state), name);
    // The deepest one takes a second an image in float64.
    const labels = name === "dccgan_leaky" ? indices([4], [1]) : indices([0, 5, 9], [3]);
    const z = random([labels.shape[0]!, 100], 3, -2, 2);
    const wanted = torchGenerator(name, state, z, labels).data;
    const [images] = await evaluate(device, (noise, classes) => [generator.forward(noise!, classes!, INFERENCE)], [
      toHost(z),
      toHost(labels),
    ]);
    expect(images!.shape).toEqual([labels.shape[0], 1, 28, 28]);
    const worst = wanted.reduce((most, value, i) => Math.max(most, Math.abs(value - images!.data[i]!)), 0);
    expect(worst).toBeLessThan(2e-5);
    expect(new Set(wanted).size, "not all alike").toBeGreaterThan(500);
    destroyModel(generator);
  });

  it("cnn, measured on a test set", async () => {
    const device = await testDevice();
    const state = torchState("cnn", 11);
    const dataset = garments({ seed: 2, trainPerClass: 1, testPerClass: 2 });
    const { images, labels } = dataset.test;
    const pixels = array(
      Float32Array.from(images, (u) => (u / 255 - 0.5) / 0.5),
      [20, 1, 28, 28],
    );
    const logits = torchCnn(state, pixels);
    const file = fileOf(state);
    for (const loss of ["plain", "paper"] as const) {
      const found = await evaluateCnnWeights(device, file, dataset, loss, SILENT);
      const rows = Array.from({ length: 20 }, (_, n) => [...logits.data.subarray(n * 10, n * 10 + 10)]);
      const softmax = rows.map((row) => {
        const total = row.reduce((sum, v) => sum + Math.exp(v - Math.max(...row)), 0);
        return row.map((v) => Math.exp(v - Math.max(...row)) / total);
      });
      const scores = { ...logits, data: Float64Array.from(loss === "plain" ? rows.flat() : softmax.flat()) };
      const wanted = crossEntropy(scores, indices(labels, [20]), "mean").data[0]!;
      expect(found.loss).toBeCloseTo(wanted, 4);
      const confusion = Array.from({ length: 10 }, () => new Array<number>(10).fill(0));
      rows.forEach((row, n) => {
        confusion[labels[n]!]![row.indexOf(Math.max(...row))]!++;
      });
      expect(found.confusion).toEqual(confusion);
    }
  });
});

it("a generator is judged by a classifier: each of its images counts for the class asked for", async () => {
  const device = await testDevice();
  const file = fileOf(torchState("small_mlp_cgan_leaky", 7));
  const request = { generator: "small_mlp_cgan_leaky", file, classifier: fileOf(torchState("cnn", 11)) } as const;
  const found = await judgeGeneratorWeights(device, { ...request, perClass: 3, seed: 1, loss: "plain" }, SILENT);
  expect(found.samples).toBe(30);
  expect(found.confusion.map((row) => row.reduce((a, b) => a + b))).toEqual(new Array(10).fill(3));
});

describe("loading is strict: a mismatch names tensors and shapes", () => {
  const altered = (change: (state: State) => void): string => {
    const state = torchState("cnn", 1);
    change(state);
    return fileOf(state);
  };
  const transposed = (state: State): void => {
    const weight = state.get("layers.14.weight")!;
    state.set("layers.14.weight", { ...weight, shape: [128, 10] });
  };
  it.each([
    [
      "a tensor missing",
      (s: State): void => void s.delete("layers.2.running_var"),
      "missing [layers.2.running_var [32]], unknown []",
    ],
    [
      "one too many",
      (s: State): void => void s.set("fc.bias", { shape: [2], data: new Float32Array(2) }),
      "missing [], unknown [fc.bias [2]]",
    ],
    ["another layout", transposed, "layers.14.weight is F32 [128, 10], but this model needs f32[10, 128]"],
  ] as const)("%s", (_, change, message) => {
    const load = () => loadCnnWeights(altered(change));
    expect(load).toThrow(DataError);
    expect(load).toThrow(message);
  });

  it.each([
    [
      "mlp_cgan_leaky",
      "small_mlp_cgan_leaky",
      "missing [layers.6.weight [784, 1024], layers.6.bias [784]], unknown []",
    ],
    ["small_mlp_cgan_leaky", "mlp_cgan_relu", "missing [], unknown [layers.6.weight [784, 1024], layers.6.bias [784]]"],
    ["dccgan_leaky", "cnn", "missing [label_embedding.weight [10, 10], layers.5.weight [128, 256, 4, 4], "],
  ] as const)("a %s from the file of a %s", (name, other, message) => {
    expect(() => loadGeneratorWeights(fileOf(torchState(other, 1)), name)).toThrow(message);
  });

  it("numbers that are not finite are counted tensor by tensor", () => {
    const load = () =>
      loadCnnWeights(
        altered((state) => {
          (state.get("layers.0.bias")!.data as Float32Array).set([Number.NaN, Number.POSITIVE_INFINITY], 3);
          (state.get("layers.14.weight")!.data as Float32Array)[7] = Number.NaN;
        }),
      );
    expect(load).toThrow(NumericsError);
    expect(load).toThrow("weights that are not finite: layers.0.bias (2 of 32), layers.14.weight (1 of 1280); take");
  });

  it("a file that is missing, or none of this kind", () => {
    expect(() => loadCnnWeights("nowhere.safetensors")).toThrow("nowhere.safetensors: cannot read: no such file");
    const file = join(temporaryFolder(), "x.safetensors");
    writeFileSync(file, "PK");
    expect(() => loadCnnWeights(file)).toThrow("2 bytes are no safetensors file");
    expect(Object.keys(TORCH_SHAPES)).toEqual(["cnn", ...GENERATOR_NAMES]);
  });
});
