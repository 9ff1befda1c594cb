/** Strict readers of option values. Commander prints what they throw after the option's name and the value. */
import { InvalidArgumentError } from "commander";
import { parseImbalance } from "../data/long_tail.ts";
import { didYouMean } from "../data/nearest_name.ts";
import { isPlainText } from "../data/plain_text.ts";
import { TailgradError } from "../errors.ts";

type Parser<T> = (text: string) => T;

/** Reads whole numbers of `least`..`most` in plain decimal digits: no sign, fraction, exponent or space. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): Parser<number> {
  return (text) => {
    const value = /^[0-9]+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    // The largest number that is exact is worth a word only to who went above it.
    const unbounded = most === Number.MAX_SAFE_INTEGER && !(value > most);
    const range = unbounded ? `of ${least} or more` : `from ${least} to ${most}`;
    throw new InvalidArgumentError(`Give a whole number ${range}.`);
  };
}

/** A decimal without a sign, such as 0.5, .5 or 5e-1; NaN for any other text. */
function decimal(text: string): number {
  return /^([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?$/i.test(text) ? Number(text) : Number.NaN;
}

/** Reads one of Adam's betas, 0 <= x < 1 (also as f32: at 1 it divides by zero). */
export function betaNumber(text: string): number {
  const value = decimal(text);
  if (Math.fround(value) < 1) return value;
  throw new InvalidArgumentError("Give a number from 0 to below 1, such as 0.5 or 0.9.");
}

/** Reads decimals above 0 and up to `most`, such as 0.0002 or 2e-4. */
export function positiveNumber(most: number): Parser<number> {
  return (text) => {
    const value = decimal(text);
    // What is 0 as f32 would not train at all.
    if (Math.fround(value) > 0 && value <= most) return value;
    throw new InvalidArgumentError(`Give a number above 0 and up to ${most}, such as 0.0005 or 5e-4.`);
  };
}

/** Reads an imbalance C, 0 < C <= 1, and gives it in the form that run folders keep: "7/9", "1/2", "0.5", "1". */
export function imbalanceRatio(text: string): string {
  try {
    return parseImbalance(text).text;
  } catch (error) {
    if (!(error instanceof TailgradError)) throw error;
    throw new InvalidArgumentError("Give a ratio above 0 and up to 1, such as 7/9, 1/2, 0.5 or 1.");
  }
}

/** Reads a name or path: anything but nothing, and no control characters (a line break would tear messages). */
export function nonEmpty(text: string): string {
  if (text.trim() !== "" && isPlainText(text)) return text;
  throw new InvalidArgumentError("Give a name or path that is not empty and has no control characters.");
}

/** Reads the path of a file with one of some endings. */
export function fileNamed(...endings: readonly string[]): Parser<string> {
  return (text) => {
    const name = nonEmpty(text).toLowerCase();
    if (endings.some((ending) => name.endsWith(ending) && text.length > ending.length)) return text;
    throw new InvalidArgumentError(`Give a file name that ends in ${endings.join(" or ")}.`);
  };
}

/** Reads names of Dawn's toggles, separated by commas. Which there are Dawn tells nobody; all are lower_snake_case. */
export function toggleList(text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  if (isPlainText(text) && names.every((name) => /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name))) return names;
  throw new InvalidArgumentError(
    "Give names of Dawn toggles separated by commas, in lower case such as disable_robustness.",
  );
}

/** Reads several values separated by commas, each by `parser`; none may come twice. */
export function listOf<T>(parser: Parser<T>): Parser<T[]> {
  return (text) => {
    const values = text.split(",").map((part) => parser(part.trim()));
    if (new Set(values).size === values.length) return values;
    throw new InvalidArgumentError("Give each value once.");
  };
}

/** Reads one of some names. */
export function oneOf<T extends string>(names: readonly T[]): Parser<T> {
  return (text) => {
    const name = names.find((known) => known === text);
    if (name !== undefined) return name;
    throw new InvalidArgumentError(`Allowed choices are ${names.join(", ")}${didYouMean(text, names)}.`);
  };
}
