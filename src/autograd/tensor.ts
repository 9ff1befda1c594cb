import { DTypeError, RecordingError, ShapeError, UsageError } from "../errors.ts";
import type { Device } from "../gpu/device.ts";
import {
  type Capabilities,
  type DType,
  type Launch,
  packOffsets,
  type Storage,
  sizeOf,
  type View,
} from "../gpu/launch.ts";
import type { RuleExtras } from "../kernels/elementwise/expression.ts";
import type { Epilogue } from "../kernels/epilogue.ts";
import { checkFlag, checkOptions, checkShape, shown } from "./arguments.ts";
import { dtypeOf, type HostArray, typed } from "./host_array.ts";
import { type MemoryWindow, VariableMemory } from "./variable_memory.ts";

/** Shape and element type of a tensor to be. */
export interface TensorSpec {
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/**
 * One recorded operation: what it reads, what it makes, how to launch it, and its gradient rule. Ops never run when
 * they are called; a plan launches the recorded nodes in order.
 */
export interface Node {
  readonly op: string;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  /** The dispatches that compute the outputs. Empty for views (reshape). */
  readonly lower: (capabilities: Capabilities) => readonly Launch[];
  /**
   * Vector-Jacobian product: from the gradients of the outputs (undefined where none arrives) to those of the inputs.
   * `needs[i]` is false where input i's gradient is not asked for, so that the rule can skip its work.
   */
  readonly vjp?: (grads: readonly (Tensor | undefined)[], needs: readonly boolean[]) => (Tensor | undefined)[];
  /** Set for ops that compute one element from one element of each input: they may be fused into one kernel. */
  readonly elementwise?: ElementwiseRule;
  readonly extras?: RuleExtras;
  /** Set for products that can compute an expression of their result before storing it. */
  readonly withEpilogue?: (epilogue: Epilogue, output: Tensor, capabilities: Capabilities) => readonly Launch[];
  /**
   * Set for gradients that go to where an input of the forward op had the sign of its output (or are 0): gives the
   * gradient with a rule of that sign applied on the output's side, which is the same, up to rounding, as applying it
   * on the input's side.
   */
  commute?: (rule: SignRule) => Tensor;
  /** Set for products of which some columns (the first, how many) can be computed alone. */
  columns?: (first: number, count: number) => Tensor;
  /** Variables that the node changes in place; such a node always runs. */
  readonly writes: readonly Variable[];
  /** Set where the node wants its inputs side by side in one storage. */
  readonly gathers?: Gathering;
  readonly index: number;
  /** Names that {@link inScope} gave where it was recorded, joined by dots; a gradient has those of its forward op. */
  readonly scope: string;
  /** True for what {@link grad} recorded. */
  readonly backward: boolean;
  /** Versions of variable inputs when the node was recorded, to notice updates between forward and gradient. */
  readonly versions: readonly number[];
}

/** Tensors that are to lie in one storage, each at its offset: made there, or else copied. */
export interface Gathering {
  readonly parts: readonly Tensor[];
  readonly offsets: readonly number[];
  readonly into: Storage;
}

/** A gradient rule that multiplies g by a function of the sign of y. */
export type SignRule = (g: Tensor, y: Tensor) => Tensor;

/**
 * WGSL of an elementwise op: from names of its arguments (of type T) to an expression of type T. A rule with extras
 * gets two more: the index of T's first element and its uniform.
 */
export type ElementwiseRule = (...args: string[]) => string;

/** Ops recorded in order. */
export class Graph {
  readonly nodes: Node[] = [];
  gradEnabled = true;
  /** What the next nodes are marked with: see {@link Node.scope} and {@link Node.backward}. */
  scope = "";
  backward = false;
}

/** A dense row-major array that a recorded op makes, or a {@link Variable}. It lives as long as its step. */
export class Tensor implements View {
  /** The node that makes this tensor; undefined for variables. @internal */
  node: Node | undefined;

  /** @internal Ops and {@link Variable} make tensors. */
  constructor(
    /** @internal */
    readonly storage: Storage,
    /** Sizes along the axes, outermost first; [] is a scalar's. */
    readonly shape: readonly number[],
    readonly dtype: DType,
    /** Whether {@link grad} may be asked for it. */
    readonly requiresGrad: boolean,
    /** @internal */
    readonly graph: Graph | undefined,
  ) {}

  /** Number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** Number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  toString(): string {
    return `${this.dtype}[${this.shape.join(", ")}]`;
  }
}

/** Options of {@link Variable}. */
export interface VariableOptions {
  readonly name?: string;
  /** Whether `grad` may be asked for it; true for f32 unless said otherwise. */
  readonly requiresGrad?: boolean;
}

/**
 * State that persists from step to step: parameters, running statistics, counters, data sets. It starts from a host
 * array and moves to a device when the first step that uses it is compiled.
 */
export class Variable extends Tensor {
  /** What messages and plans call it. */
  name: string;
  /** Counts recorded in-place updates. @internal */
  version = 0;
  #window: MemoryWindow;
  #destroyed = false;

  /** Copies `data`, row-major. Throws ShapeError, DTypeError and UsageError unless it fits shape and options. */
  constructor(data: HostArray, shape: readonly number[], options: VariableOptions = {}) {
    checkOptions("variable", options, ["name", "requiresGrad"]);
    const { name = "variable" } = options;
    if (typeof name !== "string") throw new UsageError(`variable: name is ${shown(name)}, but must be a string`);
    const dtype = dtypeOf(data);
    const { requiresGrad = dtype === "f32" } = options;
    checkFlag(`variable ${name}`, "requiresGrad", requiresGrad);
    if (requiresGrad && dtype !== "f32") {
      throw new DTypeError(`variable ${name}: ${dtype} cannot require gradients; give f32 data or leave it out`);
    }
    checkShape(`variable ${name}`, shape);
    if (sizeOf(shape) !== data.length) {
      throw new ShapeError(
        `variable ${name}: shape ${shown(shape)} needs ${sizeOf(shape)} elements, but ${data.length} were given`,
      );
    }
    const memory = new VariableMemory(bytesOf(data).slice(), name);
    memory.join();
    super(memory.storage, [...shape], dtype, requiresGrad, undefined);
    this.name = name;
    this.#window = { memory, offset: 0 };
  }

  /** The memory that holds it. @internal */
  get memory(): VariableMemory {
    this.#checkAlive();
    return this.#window.memory;
  }

  /**
   * Throws RecordingError if it is destroyed or lives on another device, GpuError if it is too large for `device`.
   * @internal
   */
  checkUsableOn(device: Device): void {
    this.memory.checkUsableOn(device, this.name);
  }

  /**
   * Moves the value into a part of `memory`. Only where {@link VariableMemory.movable}; {@link packVariables} calls it.
   * @internal
   */
  moveTo(memory: VariableMemory, offset: number): void {
    memory.write(offset, this.#window.memory.hostBytes());
    memory.join();
    this.#window.memory.leave();
    this.#window = { memory, offset };
    this.storage.place = { within: memory.storage, offset };
  }

  /** Reads the present value, after everything submitted so far. */
  async read(): Promise<HostArray> {
    const { offset } = this.#window;
    return typed(this.dtype, await this.memory.read(offset, this.storage.sizeBytes));
  }

  /** Replaces the value, in order with submitted steps. Length and type must be the variable's own. */
  write(data: HostArray): void {
    this.#checkAlive();
    const dtype = dtypeOf(data);
    if (data.length !== this.size || dtype !== this.dtype) {
      throw new ShapeError(
        `write to ${this.name}: needs ${this.size} elements of ${this.dtype}, but got ${data.length} of ${dtype}`,
      );
    }
    this.memory.write(this.#window.offset, bytesOf(data));
  }

  /** Frees the GPU memory (once all variables packed with it are destroyed); the variable cannot be used afterwards. */
  destroy(): void {
    if (!this.#destroyed) this.#window.memory.leave();
    this.#destroyed = true;
  }

  #checkAlive(): void {
    if (this.#destroyed) throw new RecordingError(`variable ${this.name} is destroyed; make a new one`);
  }
}

function bytesOf(data: HostArray): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/**
 * Lays variables one behind another in one memory, so that one dispatch can update them all. Gives that memory's
 * storage, or undefined (and moves nothing) where one of them is on a device or packed already.
 */
export function packVariables(variables: readonly Variable[], label: string): Storage | undefined {
  if (!variables.every(({ memory }) => memory.movable)) return undefined;
  const { offsets, sizeBytes } = packOffsets(variables.map(({ storage }) => storage.sizeBytes));
  const memory = new VariableMemory(new Uint8Array(sizeBytes), label);
  variables.forEach((variable, i) => {
    variable.moveTo(memory, offsets[i]!);
  });
  return memory.storage;
}
