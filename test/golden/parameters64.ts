import { adamOracle, type OptimizerOracle } from "../oracle/optim.ts";
import type { Array64 } from "../support/arrays.ts";

/** Values by PyTorch's names, as they are read from a program's state. */
export type Values = ReadonlyMap<string, { readonly data: ArrayLike<number>; readonly shape: readonly number[] }>;

/** A trainable array and its gradient, to which backward passes add. */
export interface Parameter {
  readonly value: Array64;
  readonly gradient: Float64Array;
}

/** A network's parameters in float64, with Adam's state. */
export class ParameterSet {
  readonly #parameters = new Map<string, Parameter & { readonly adam: OptimizerOracle }>();

  constructor(
    private readonly start: Values,
    private readonly learningRate: number,
  ) {}

  /** The parameter of that name, which from now on belongs to the set. */
  get(name: string): Parameter {
    const held = this.#parameters.get(name);
    if (held) return held;
    const { data, shape } = this.start.get(name)!;
    const adam = adamOracle(data);
    const value: Array64 = { data: adam.param, shape, dtype: "f32" };
    const parameter = { value, gradient: new Float64Array(data.length), adam };
    this.#parameters.set(name, parameter);
    return parameter;
  }

  /** Weight and bias of a layer. */
  pair(layer: string): [weight: Parameter, bias: Parameter] {
    return [this.get(`${layer}.weight`), this.get(`${layer}.bias`)];
  }

  entries(): [string, Parameter][] {
    return [...this.#parameters];
  }

  clearGradients(): void {
    for (const { gradient } of this.#parameters.values()) gradient.fill(0);
  }

  /** One step of Adam with PyTorch's defaults by the gradients held. */
  update(): void {
    for (const { adam, gradient } of this.#parameters.values()) adam.step(gradient, this.learningRate);
  }
}

/** Running statistics of a batch normalisation, which its layer moves. */
export class RunningStatistics {
  mean: Array64;
  variance: Array64;

  constructor(
    start: Values,
    readonly layer: string,
  ) {
    const copy = (what: string): Array64 => {
      const { data, shape } = start.get(`${layer}.${what}`)!;
      return { data: Float64Array.from(data), shape, dtype: "f32" };
    };
    this.mean = copy("running_mean");
    this.variance = copy("running_var");
  }

  entries(): [string, Float64Array][] {
    return [
      [`${this.layer}.running_mean`, this.mean.data],
      [`${this.layer}.running_var`, this.variance.data],
    ];
  }
}
