import type * as TfCore from "@tensorflow/tfjs-core";
import { namedTensors } from "../../bench/tfjs.ts";
import type { Values } from "./parameters64.ts";

/** What the networks of tfjs that our training is compared with are made of: variables in our layouts, tfjs's Adam on them. */
export class TfjsVariables {
  readonly #variables = new Map<string, TfCore.Variable>();
  readonly #adam: TfCore.AdamOptimizer;

  /** Takes the values whose names begin with `prefix`. */
  constructor(
    readonly tf: typeof TfCore,
    start: Values,
    prefix: string,
    learningRate: number,
  ) {
    this.#adam = tf.train.adam(learningRate, 0.9, 0.999, 1e-8);
    for (const [name, { data }] of start) {
      if (!name.startsWith(prefix) || name.includes("running")) continue;
      const initial = tf.tensor1d(Float32Array.from(data));
      this.#variables.set(name, tf.variable(initial, true, name));
      initial.dispose();
    }
  }

  /** The variable of that name in a shape of which one size may be -1. */
  get<T extends TfCore.Tensor>(name: string, shape: number[]): T {
    return this.tf.reshape(this.#variables.get(name)!, shape) as T;
  }

  /** x Wᵀ + b, W [outputs, inputs]. tfjs's product with its own transposeB is wrong for [4, 3136] by [128, 3136], so W is transposed first. */
  linear(x: TfCore.Tensor2D, name: string): TfCore.Tensor2D {
    const weight = this.get<TfCore.Tensor2D>(`${name}.weight`, [-1, x.shape[1]]);
    return this.tf.add(this.tf.matMul(x, this.tf.transpose(weight)), this.get(`${name}.bias`, [-1]));
  }

  /** Batch normalisation in training over all axes but the last. */
  batchNorm<T extends TfCore.Tensor>(x: T, name: string): T {
    const { tf } = this;
    const { mean, variance } = tf.moments(
      x,
      x.shape.slice(1).map((_, axis) => axis),
    );
    const [gamma, beta] = ["weight", "bias"].map((what) => this.get<TfCore.Tensor1D>(`${name}.${what}`, [-1]));
    return tf.batchNorm(
      x as TfCore.Tensor,
      mean as TfCore.Tensor1D,
      variance as TfCore.Tensor1D,
      beta,
      gamma,
      1e-5,
    ) as T;
  }

  /** One step of Adam on a loss; gives its value. To be called in a tidy. */
  minimize(loss: () => TfCore.Scalar): TfCore.Scalar {
    const { value, grads } = this.tf.variableGrads(loss, [...this.#variables.values()]);
    this.#adam.applyGradients(namedTensors(grads));
    return value;
  }

  dispose(): void {
    this.#adam.dispose();
    for (const variable of this.#variables.values()) variable.dispose();
  }
}
