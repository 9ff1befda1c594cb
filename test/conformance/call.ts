import type { Tensor } from "../../src/autograd/tensor.ts";
import { UsageError } from "../../src/errors.ts";
import type { OptionValue } from "./cases.ts";

/**
 * One call of a WebNN operator: its operands by role and its options by name. It remembers what was asked for, so that
 * {@link Call.finish} can refuse a call of which a part was ignored.
 */
export class Call {
  readonly #operands: readonly (readonly [role: string, tensor: Tensor])[];
  readonly #options: Readonly<Record<string, OptionValue>>;
  readonly #used = new Set<string>();
  /** A scalar of -infinity, for padding; an input, because constants of kernels must be finite. */
  readonly lowest: Tensor;

  constructor(
    operands: readonly (readonly [role: string, tensor: Tensor])[],
    options: Readonly<Record<string, OptionValue>>,
    lowest: Tensor,
  ) {
    this.#operands = operands;
    this.#options = options;
    this.lowest = lowest;
  }

  /** All operands of a role, in order. */
  operands(role: string): Tensor[] {
    this.#used.add(role);
    return this.#operands.filter(([own]) => own === role).map(([, tensor]) => tensor);
  }

  /** The operand of a role, or undefined when the call has none. */
  optional(role: string): Tensor | undefined {
    return this.operands(role)[0];
  }

  /** The operand of a role. Throws UsageError when there is none. */
  operand(role: string): Tensor {
    const tensor = this.optional(role);
    if (!tensor) throw new UsageError(`the case has no operand "${role}"`);
    return tensor;
  }

  number(name: string, otherwise?: number): number {
    return this.#option(name, (value) => typeof value === "number", otherwise);
  }

  flag(name: string, otherwise: boolean): boolean {
    return this.#option(name, (value) => typeof value === "boolean", otherwise);
  }

  word(name: string, otherwise: string): string {
    return this.#option(name, (value) => typeof value === "string", otherwise);
  }

  numbers(name: string): readonly number[] | undefined {
    this.#used.add(name);
    return name in this.#options ? this.#option<number[]>(name, Array.isArray) : undefined;
  }

  pair(name: string, otherwise: readonly [number, number]): readonly [number, number] {
    const [a, b] = this.numbers(name) ?? otherwise;
    return [a ?? Number.NaN, b ?? Number.NaN];
  }

  /** [top, bottom, left, right]; zeros unless given. */
  padding(): readonly [number, number, number, number] {
    const [top, bottom, left, right] = this.numbers("padding") ?? [0, 0, 0, 0];
    return [top ?? Number.NaN, bottom ?? Number.NaN, left ?? Number.NaN, right ?? Number.NaN];
  }

  /** Throws UsageError when an operand or an option was not asked for: the case would not have been run as written. */
  finish(): void {
    const names = [...this.#operands.map(([role]) => role), ...Object.keys(this.#options)];
    const ignored = names.filter((name) => !this.#used.has(name));
    if (ignored.length > 0) throw new UsageError(`the case has ${ignored.join(", ")}, which this op does not know`);
  }

  #option<T extends OptionValue>(name: string, is: (value: OptionValue) => boolean, otherwise?: T): T {
    this.#used.add(name);
    const value = this.#options[name] ?? otherwise;
    if (value === undefined) throw new UsageError(`the case has no option "${name}"`);
    if (!is(value)) throw new UsageError(`option "${name}" cannot be ${JSON.stringify(value)}`);
    return value as T;
  }
}
