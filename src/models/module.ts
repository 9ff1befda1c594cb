import { checkArray, checkFlag, checkOptions, shown } from "../autograd/arguments.ts";
import type { RandomSource } from "../autograd/ops/random.ts";
import { inScope } from "../autograd/record.ts";
import type { Tensor, Variable } from "../autograd/tensor.ts";
import { UsageError } from "../errors.ts";

/** How a module is run. */
export interface Mode {
  /** True while training: dropout drops, batch-norm uses and updates batch statistics. */
  readonly training: boolean;
  /** Where dropout draws from; needed only where a module drops while training. */
  readonly random?: RandomSource;
}

/** Inference: nothing is random, nothing is updated. */
export const INFERENCE: Mode = { training: false };

/** Throws UsageError unless `mode` says whether to train. */
export function checkMode(op: string, mode: Mode): void {
  checkOptions(op, mode, ["training", "random"], "the mode");
  checkFlag(op, "the mode's training", mode.training);
}

/** Something with state that maps a tensor to a tensor when a step is recorded. */
export interface Module {
  /** Records the module's ops on x. */
  forward(x: Tensor, mode: Mode): Tensor;
  /** Parameters and buffers by PyTorch's names. */
  state(): ReadonlyMap<string, Variable>;
}

/** The state entries of `module`, each name preceded by `prefix` and a dot. */
export function prefixed(prefix: string, module: { state(): ReadonlyMap<string, Variable> }): [string, Variable][] {
  return [...module.state()].map(([name, variable]) => [`${prefix}.${name}`, variable]);
}

/** The trainable variables of a layer or model, in the order of its state. Throws UsageError for what has no state(). */
export function parametersOf(module: { state(): ReadonlyMap<string, Variable> }): Variable[] {
  if (typeof module?.state !== "function") {
    throw new UsageError(`parametersOf: needs a layer or model, but got ${shown(module)}`);
  }
  return [...module.state().values()].filter((variable) => variable.requiresGrad);
}

/** Number of trainable values of a layer or model. Throws UsageError for what has no state(). */
export function parameterCount(module: { state(): ReadonlyMap<string, Variable> }): number {
  return parametersOf(module).reduce((total, variable) => total + variable.size, 0);
}

/** Modules one after another; state names start with each one's place: "0.weight". */
export class Sequential implements Module {
  /** Throws UsageError for what is no module. */
  constructor(readonly modules: readonly Module[]) {
    checkArray("Sequential", "the list of modules", modules);
    for (const module of modules) {
      if (typeof module?.forward !== "function" || typeof module.state !== "function") {
        throw new UsageError(`Sequential: ${shown(module)} is no module; it needs forward() and state()`);
      }
    }
  }

  /** What the last module makes of what the one before it made, and so on from x. Throws what they throw. */
  forward(x: Tensor, mode: Mode): Tensor {
    checkMode("Sequential", mode);
    return this.modules.reduce((value, module, i) => inScope(String(i), () => module.forward(value, mode)), x);
  }

  /** Entries of all modules: "0.weight". */
  state(): ReadonlyMap<string, Variable> {
    return new Map(this.modules.flatMap((module, i) => prefixed(String(i), module)));
  }
}

/** What a module without state does, for those who write a model down in another form. */
export type Form =
  | { readonly kind: "relu" | "tanh" | "flatten" | "dropout" }
  | { readonly kind: "leakyRelu"; readonly negativeSlope: number }
  | { readonly kind: "maxPool"; readonly kernel: number; readonly stride: number }
  | { readonly kind: "unflatten"; readonly shape: readonly number[] };

/** A module without state, from a function. */
export class Stateless implements Module {
  constructor(
    readonly form: Form,
    readonly forward: (x: Tensor, mode: Mode) => Tensor,
  ) {}

  state(): ReadonlyMap<string, Variable> {
    return new Map();
  }
}
