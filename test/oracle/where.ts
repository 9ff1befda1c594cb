import type { Array64 } from "../support/arrays.ts";
import { elementwise } from "./elementwise.ts";

export const where = (condition: Array64, a: Array64, b: Array64): Array64 =>
  elementwise((c, x, y) => (c === 0 ? y : x), condition, a, b);
