import { DTypeError, ShapeError, UsageError } from "../errors.ts";
import { sizeOf } from "../gpu/launch.ts";

/**
 * Checks of plain arguments, shared by ops, layers, optimizers and data. Types promise most of this; callers without a
 * type checker get a named error before anything reaches the GPU.
 */

/** Most elements of a tensor and most indices of an axis: what kernels can address with 32 bits. */
export const MAX_ELEMENTS = 2 ** 30;

/** Most that a stride, padding or dilation may be: keeps the kernels' 32-bit products in range. */
const MAX_STEP = 2 ** 15;

const MOST_CHARACTERS = 100;

/** A value for a message: on one line and short, whatever it is. */
export function shown(value: unknown): string {
  const text = textOf(value).replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, " ");
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS - 3)}...`;
}

function textOf(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, MOST_CHARACTERS));
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.slice(0, MOST_CHARACTERS).map(shown).join(", ")}]`;
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} of ${value.byteLength} bytes`;
  try {
    const own = String(value);
    return own.startsWith("[object ") ? (JSON.stringify(value) ?? own) : own;
  } catch {
    return "an object";
  }
}

/** Throws UsageError unless `options` is an object that has no keys but the known ones. */
export function checkOptions<O extends object>(
  op: string,
  options: O,
  known: readonly (keyof O & string)[],
  name = "options",
): void {
  const given: unknown = options;
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new UsageError(`${op}: ${name} must be an object of ${known.join(", ")}, but got ${shown(given)}`);
  }
  const unknown = Object.keys(given).find((key) => !(known as readonly string[]).includes(key));
  if (unknown !== undefined) {
    throw new UsageError(
      `${op}: ${name} has the unknown key ${shown(unknown)}; the known ones are ${known.join(", ")}`,
    );
  }
}

/** Limits of {@link checkNumber}: `least` and `most` are allowed themselves, `below` is not. */
export interface NumberRange {
  readonly least?: number;
  readonly most?: number;
  readonly below?: number;
}

/** Throws UsageError unless `value` is a number of the range whose f32 is finite. */
export function checkNumber(op: string, name: string, value: number, range: NumberRange = {}): void {
  const { least = -Infinity, most = Infinity, below = Infinity } = range;
  const fits = typeof value === "number" && Number.isFinite(Math.fround(value));
  if (fits && value >= least && value <= most && value < below) return;
  const rules = Object.entries(range).map(([rule, limit]) => `${RULES[rule as keyof NumberRange]} ${limit}`);
  throw new UsageError(
    `${op}: ${name} is ${shown(value)}, but must be ${["a finite number", ...rules].join(", ")}; give such a number`,
  );
}

const RULES: Record<keyof NumberRange, string> = { least: "at least", most: "at most", below: "below" };

/** Throws UsageError unless `value` is a whole number from `least` to `most`. */
export function checkWhole(op: string, name: string, value: number, least: number, most = MAX_ELEMENTS): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new UsageError(
    `${op}: ${name} is ${shown(value)}, but must be a whole number from ${least} to ${most}; give such a number`,
  );
}

/** Throws UsageError unless `value` is true or false: a string such as "false" would count as true. */
export function checkFlag(op: string, name: string, value: boolean): void {
  if (typeof value !== "boolean") {
    throw new UsageError(`${op}: ${name} is ${shown(value)}, but must be true or false`);
  }
}

/** Throws UsageError unless `value` is one of `choices`. */
export function checkChoice<T extends string>(op: string, name: string, value: T, choices: readonly T[]): void {
  if (!choices.includes(value)) {
    const listed = choices.map((choice) => `"${choice}"`).join(", ");
    throw new UsageError(`${op}: ${name} ${shown(value)} is not known; give one of ${listed}`);
  }
}

/** Throws UsageError unless `value` is a function. */
export function checkFunction(op: string, name: string, value: unknown): void {
  if (typeof value !== "function") {
    throw new UsageError(`${op}: ${name} must be a function, but got ${shown(value)}`);
  }
}

/** Throws DTypeError unless `value` is one of these host arrays: Uint8Array and its like. */
export function checkHostArray(
  op: string,
  name: string,
  value: object,
  type: abstract new (...parts: never[]) => object,
): void {
  if (!(value instanceof type)) {
    throw new DTypeError(`${op}: ${name} must be a ${type.name}, but got ${shown(value)}; convert it with from()`);
  }
}

/** Throws UsageError unless `value` is an array. */
export function checkArray(op: string, name: string, value: readonly unknown[]): void {
  if (!Array.isArray(value)) {
    throw new UsageError(`${op}: ${name} must be an array, but got ${shown(value)}; write [...]`);
  }
}

/** Throws ShapeError unless `value` is an array of whole numbers, such as a list of axes or sizes. */
export function checkWholes(op: string, name: string, value: readonly number[]): void {
  if (!Array.isArray(value)) {
    throw new ShapeError(`${op}: ${name} must be an array such as [0, 1], but it is ${shown(value)}`);
  }
  // Spread, because every() skips the holes of a sparse array.
  if (![...value].every(Number.isSafeInteger)) {
    throw new ShapeError(`${op}: ${name} ${shown(value)} must hold whole numbers only`);
  }
}

/** Throws ShapeError unless every size is a whole number of 0 or more and kernels can address all elements. */
export function checkShape(op: string, shape: readonly number[]): void {
  if (!Array.isArray(shape)) {
    throw new ShapeError(`${op}: the shape must be an array such as [2, 3], but it is ${shown(shape)}`);
  }
  if (![...shape].every((n) => Number.isInteger(n) && n >= 0)) {
    throw new ShapeError(`${op}: shape ${shown(shape)} has a size that is not a whole number of 0 or more`);
  }
  if (sizeOf(shape) > MAX_ELEMENTS || shape.some((n) => n > MAX_ELEMENTS)) {
    throw new ShapeError(
      `${op}: shape ${shown(shape)} has over 2^30 elements, more than a kernel can address; split it`,
    );
  }
}

/** One number for height and width, or both. */
export type Pair = number | readonly [number, number];

/** Both numbers of a pair. Throws ShapeError unless they are whole and from `least` to 32768. */
export function pairOf(op: string, name: string, value: Pair, least: number): readonly [number, number] {
  const pair = typeof value === "number" ? ([value, value] as const) : value;
  const fits = (n: number) => Number.isInteger(n) && n >= least && n <= MAX_STEP;
  if (!Array.isArray(pair) || pair.length !== 2 || !pair.every(fits)) {
    throw new ShapeError(
      `${op}: ${name} ${shown(pair)} must be one or two whole numbers from ${least} to ${MAX_STEP} (height, width)`,
    );
  }
  return pair as readonly [number, number];
}
