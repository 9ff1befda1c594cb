import type { Array64 } from "../support/arrays.ts";
import { elementwise, type Partial } from "./elementwise.ts";

export const where = (condition: Array64, a: Array64, b: Array64): Array64 =>
  elementwise((c, x, y) => (c === 0 ? y : x), condition, a, b);

/** 1 for the value that is chosen; none for the condition. */
export const wherePartials: readonly (Partial | undefined)[] = [
  undefined,
  (c) => Number(c !== 0),
  (c) => Number(c === 0),
];
