import type { Array64 } from "../support/arrays.ts";
import { elementwise } from "./elementwise.ts";

// Math.max and Math.min give NaN where either is NaN, as the ops must.
export const maximum = (a: Array64, b: Array64): Array64 => elementwise((x, y) => Math.max(x, y), a, b);
export const minimum = (a: Array64, b: Array64): Array64 => elementwise((x, y) => Math.min(x, y), a, b);
