import type { LossMode } from "../../src/experiments/programs.ts";
import { crossEntropy, crossEntropyGradient } from "../oracle/cross_entropy.ts";
import { softmax, softmaxGradient } from "../oracle/softmax.ts";
import { type Array64, array } from "../support/arrays.ts";
import type { Batch } from "./batches.ts";
import { batchNorm, conv3x3, flatten, type Layer, linear, maxPool2, relu, sequence } from "./layers64.ts";
import { ParameterSet, RunningStatistics, type Values } from "./parameters64.ts";

const ONE = array([1], []);

/** The paper's loss: the cross entropy takes softmax outputs for its logits. */
const softmaxOnce: Layer = (input) => ({
  output: softmax(input, 1, false),
  back: (gradient) => softmaxGradient(gradient, input, 1, false),
});

/** The paper's classifier and its training in float64. The sizes are those of the values that it starts from. */
export class Cnn64 {
  readonly parameters: ParameterSet;
  readonly #running: RunningStatistics;
  readonly #network: Layer;

  constructor(start: Values, loss: LossMode, learningRate: number) {
    this.parameters = new ParameterSet(start, learningRate);
    this.#running = new RunningStatistics(start, "cnn.layers.2");
    const pair = (place: number) => this.parameters.pair(`cnn.layers.${place}`);
    this.#network = sequence([
      conv3x3(...pair(0)),
      relu,
      batchNorm(...pair(2), this.#running),
      conv3x3(...pair(3)),
      relu,
      maxPool2,
      conv3x3(...pair(6)),
      relu,
      conv3x3(...pair(8)),
      relu,
      maxPool2,
      flatten,
      linear(...pair(12)),
      relu,
      linear(...pair(14)),
      ...(loss === "paper" ? [softmaxOnce] : []),
    ]);
  }

  /** The loss of a batch of images [N, 1, S, S]; adds its gradients. */
  loss(images: Array64, labels: Array64): number {
    const { output, back } = this.#network(images);
    back(crossEntropyGradient(ONE, output, labels, "mean")[0]);
    return crossEntropy(output, labels, "mean").data[0]!;
  }

  /** One update; gives the loss before it. */
  step({ images, labels }: Batch): number[] {
    this.parameters.clearGradients();
    const loss = this.loss({ ...images, shape: [images.shape[0]!, 1, 28, 28] }, labels);
    this.parameters.update();
    return [loss];
  }

  /** Parameters and running statistics by the program's names. */
  state(): Map<string, Float64Array> {
    const parameters = this.parameters.entries().map(([name, { value }]): [string, Float64Array] => [name, value.data]);
    return new Map([...parameters, ...this.#running.entries()]);
  }
}
