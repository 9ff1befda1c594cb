import { checkArray, checkFlag, checkNumber, checkOptions, shown } from "../autograd/arguments.ts";
import type { HostTensor } from "../autograd/evaluate.ts";
import { dtypeOf } from "../autograd/host_array.ts";
import { newClock } from "../autograd/ops/random.ts";
import { record, recordOne } from "../autograd/record.ts";
import { packVariables, type Tensor, Variable } from "../autograd/tensor.ts";
import { requireTensors } from "../autograd/tensor_arguments.ts";
import { DataError, DTypeError, ShapeError, UsageError } from "../errors.ts";
import { type Launch, packOffsets, Storage, type View } from "../gpu/launch.ts";
import {
  type AdamSettings,
  launchAdam,
  launchAdamScales,
  launchSgd,
  type SgdSettings,
} from "../kernels/optim/optim.ts";

/** What every optimizer has: parameters, a learning rate that may change between runs, and a state to save. */
export abstract class Optimizer {
  readonly params: readonly Variable[];
  /** Whether the parameters lie packed in one memory: not where some were on a device or in another optimizer before. */
  protected readonly packed: boolean;
  /** Learning rate, f32 [1]; {@link setLearningRate} writes it. */
  readonly lr: Variable;

  constructor(
    readonly name: string,
    params: readonly Variable[],
    lr: number,
  ) {
    checkArray(name, "the list of parameters", params);
    if (params.length === 0) throw new UsageError(`${name}: no parameters were given; pass a model's parameters`);
    if (new Set(params).size !== params.length) {
      throw new UsageError(`${name}: a parameter is listed twice and would be updated twice; list each once`);
    }
    for (const param of params) {
      if (!(param instanceof Variable) || param.dtype !== "f32") {
        throw new DTypeError(`${name}: parameters must be f32 variables, but one is ${shown(param)}; leave it out`);
      }
    }
    checkNumber(name, "lr", lr, { least: 0 });
    this.params = [...params];
    this.packed = packVariables(this.params, `${name}.parameters`) !== undefined;
    this.lr = new Variable(Float32Array.of(lr), [1], { name: `${name}.lr`, requiresGrad: false });
  }

  /**
   * Records one update of all parameters, in place; throws ShapeError and DTypeError for other gradients than theirs;
   * `grads` in the order of the parameters (as `grad` returns them).
   */
  step(grads: readonly Tensor[]): void {
    requireTensors(`${this.name}.step`, "the list of gradients", grads);
    if (grads.length !== this.params.length) {
      throw new ShapeError(
        `${this.name}.step: got ${grads.length} gradients for ${this.params.length} parameters; give one for each, in order`,
      );
    }
    this.params.forEach((param, i) => {
      const gradient = grads[i]!;
      if (gradient.dtype !== "f32" || gradient.shape.join() !== param.shape.join()) {
        throw new ShapeError(
          `${this.name}.step: the gradient of ${param.name} (${param}) is ${gradient}; both need the same shape and f32`,
        );
      }
    });
    this.recordStep(grads);
  }

  /** Changes the learning rate from the next run on; nothing is recorded again. */
  setLearningRate(lr: number): void {
    checkNumber(this.name, "lr", lr, { least: 0 });
    this.lr.write(Float32Array.of(lr));
  }

  /**
   * Everything a resumed run needs besides the parameters: `lr`, for Adam `step`, and per parameter i
   * `state.i.momentum_buffer` or `state.i.exp_avg` and `state.i.exp_avg_sq` (PyTorch's names).
   */
  stateDict(): Map<string, Variable> {
    return new Map([["lr", this.lr], ...this.ownState()]);
  }

  /** Writes saved values back. Throws DataError, changing nothing, unless names, types and shapes are exactly its own. */
  loadStateDict(saved: ReadonlyMap<string, HostTensor>): void {
    if (!(saved instanceof Map)) {
      throw new UsageError(
        `${this.name}: the saved state must be a Map of names to { data, shape }, but is ${shown(saved)}`,
      );
    }
    const own = this.stateDict();
    const missing = [...own.keys()].filter((key) => !saved.has(key));
    const unknown = [...saved.keys()].filter((key) => !own.has(key));
    if (missing.length + unknown.length > 0) {
      throw new DataError(
        `${this.name}: the saved state lacks [${missing.join(", ")}] and has unknown [${unknown.join(", ")}]; ` +
          "it belongs to another optimizer or model",
      );
    }
    for (const [key, variable] of own) {
      const { data, shape } = saved.get(key)!;
      if (dtypeOf(data) !== variable.dtype || shape.join() !== variable.shape.join() || data.length !== variable.size) {
        throw new DataError(
          `${this.name}: ${key} is saved as ${dtypeOf(data)}[${shape.join(", ")}], but must be ${variable}; ` +
            "it belongs to another model",
        );
      }
    }
    for (const [key, variable] of own) variable.write(saved.get(key)!.data);
  }

  /** @internal Records the update itself. */
  protected abstract recordStep(grads: readonly Tensor[]): void;
  /** @internal Its state but for the learning rate. */
  protected abstract ownState(): Map<string, Variable>;

  /** A zero-filled variable per parameter, packed as the parameters are. */
  protected stateLike(name: string): Variable[] {
    const variables = this.params.map(
      (param) =>
        new Variable(new Float32Array(param.size), param.shape, { name: `${param.name}.${name}`, requiresGrad: false }),
    );
    if (this.packed) packVariables(variables, `${this.name}.${name}`);
    return variables;
  }

  /**
   * Records the update of all parameters by one kernel: `launch` gets the gradient and then, for the parameters and for
   * each of `states` (one variable per parameter), what is updated along. All at once where the parameters are packed,
   * else one by one.
   */
  protected recordUpdates(
    grads: readonly Tensor[],
    scale: Tensor,
    states: readonly (readonly Variable[])[],
    launch: (grad: View, updated: readonly View[]) => Launch,
  ): void {
    const op = this.name.toLowerCase();
    const updated = [this.params, ...states];
    if (!this.packed) {
      grads.forEach((grad, i) => {
        const own = updated.map((variables) => variables[i]!);
        record({ op, inputs: [grad, scale], outputs: [], lower: () => [launch(grad, own)], writes: own });
      });
      return;
    }
    const { offsets, sizeBytes } = packOffsets(this.params.map(({ storage }) => storage.sizeBytes));
    const all = (storage: Storage): View => ({ storage, shape: [sizeBytes / 4], dtype: "f32" });
    const into = new Storage(sizeBytes, `${this.name}.gradients`);
    record({
      op,
      inputs: [...grads, scale],
      outputs: [],
      gathers: { parts: grads, offsets, into },
      lower: () => [
        launch(
          all(into),
          updated.map(([first]) => all(first!.storage.root)),
        ),
      ],
      writes: updated.flat(),
    });
  }
}

/** Options of {@link SGD}; momentum and weight decay 0 and no Nesterov step unless given. */
export interface SgdOptions {
  readonly lr: number;
  readonly momentum?: number;
  readonly weightDecay?: number;
  readonly nesterov?: boolean;
}

/**
 * Stochastic gradient descent as PyTorch's, without dampening: g += weightDecay * p; v = momentum * v + g; p -= lr * v,
 * or with nesterov p -= lr * (g + momentum * v). Throws UsageError and DTypeError.
 */
export class SGD extends Optimizer {
  readonly #settings: SgdSettings;
  readonly #velocities: readonly Variable[];

  constructor(params: readonly Variable[], options: SgdOptions) {
    checkOptions("SGD", options, ["lr", "momentum", "weightDecay", "nesterov"]);
    const { lr, momentum = 0, weightDecay = 0, nesterov = false } = options;
    super("SGD", params, lr);
    checkNumber("SGD", "momentum", momentum, { least: 0 });
    checkNumber("SGD", "weightDecay", weightDecay, { least: 0 });
    checkFlag("SGD", "nesterov", nesterov);
    if (nesterov && momentum === 0) {
      throw new UsageError("SGD: nesterov needs a momentum above 0, such as 0.9; give one or leave nesterov out");
    }
    this.#settings = { momentum, weightDecay, nesterov };
    this.#velocities = momentum > 0 ? this.stateLike("momentum_buffer") : [];
  }

  protected recordStep(grads: readonly Tensor[]): void {
    const states = this.#velocities.length > 0 ? [this.#velocities] : [];
    this.recordUpdates(grads, this.lr, states, (grad, [param, velocity]) =>
      launchSgd(this.#settings, this.lr, grad, param!, velocity),
    );
  }

  protected ownState(): Map<string, Variable> {
    return new Map(this.#velocities.map((velocity, i) => [`state.${i}.momentum_buffer`, velocity]));
  }
}

/**
 * Options of {@link Adam} and {@link AdamW}: lr 1e-3, betas [0.9, 0.999], eps 1e-8, weightDecay 0 (AdamW: 0.01) unless
 * given.
 */
export interface AdamOptions {
  readonly lr?: number;
  readonly betas?: readonly [number, number];
  readonly eps?: number;
  readonly weightDecay?: number;
}

/**
 * Adam with bias correction: g += weightDecay * p; m = b1 * m + (1 - b1) * g; v = b2 * v + (1 - b2) * g^2; p -= lr * (m
 * / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps), at step t from 1 on, as PyTorch's. Throws UsageError and DTypeError.
 * Source: Kingma and Ba, "Adam", 2015.
 */
export class Adam extends Optimizer {
  /** Steps done, 64 bits: u32 [2], low and high word. */
  readonly steps: Variable;
  readonly #settings: AdamSettings;
  readonly #expAvg: readonly Variable[];
  readonly #expAvgSq: readonly Variable[];

  constructor(params: readonly Variable[], options: AdamOptions = {}, name = "Adam", decoupled = false) {
    checkOptions(name, options, ["lr", "betas", "eps", "weightDecay"]);
    const { lr = 1e-3, betas = [0.9, 0.999], eps = 1e-8, weightDecay = 0 } = options;
    super(name, params, lr);
    if (!Array.isArray(betas) || betas.length !== 2) {
      throw new UsageError(`${name}: betas is ${shown(betas)}, but must be two numbers such as [0.9, 0.999]`);
    }
    for (const [i, beta] of betas.entries()) checkNumber(name, `beta ${i + 1}`, beta, { least: 0, below: 1 });
    checkNumber(name, "eps", eps, { least: 0 });
    checkNumber(name, "weightDecay", weightDecay, { least: 0 });
    this.#settings = { betas, eps, weightDecay, decoupled };
    this.steps = newClock(0, `${name}.step`);
    this.#expAvg = this.stateLike("exp_avg");
    this.#expAvgSq = this.stateLike("exp_avg_sq");
  }

  protected recordStep(grads: readonly Tensor[]): void {
    const scales = recordOne({
      op: "adamScales",
      inputs: [this.lr],
      shape: [4],
      dtype: "f32",
      lower: (out) => [launchAdamScales(this.#settings, this.lr, this.steps, out)],
      writes: [this.steps],
    });
    this.recordUpdates(grads, scales, [this.#expAvg, this.#expAvgSq], (grad, [param, expAvg, expAvgSq]) =>
      launchAdam(this.#settings, scales, grad, param!, expAvg!, expAvgSq!),
    );
  }

  protected ownState(): Map<string, Variable> {
    const state = new Map([["step", this.steps]]);
    this.params.forEach((_, i) => {
      state.set(`state.${i}.exp_avg`, this.#expAvg[i]!);
      state.set(`state.${i}.exp_avg_sq`, this.#expAvgSq[i]!);
    });
    return state;
  }
}

/**
 * {@link Adam} with decoupled weight decay: p *= 1 - lr * weightDecay at each step, instead of adding to g. Throws as Adam.
 * Source: Loshchilov and Hutter, "Decoupled weight decay regularization", 2019.
 */
export class AdamW extends Adam {
  constructor(params: readonly Variable[], options: AdamOptions = {}) {
    checkOptions("AdamW", options, ["lr", "betas", "eps", "weightDecay"]);
    const { weightDecay = 0.01 } = options;
    super(params, { ...options, weightDecay }, "AdamW", true);
  }
}
