import type { Array64 } from "../support/arrays.ts";
import { elementwise } from "./elementwise.ts";

type Two = (a: Array64, b: Array64) => Array64;

export const greater: Two = (a, b) => elementwise((x, y) => Number(x > y), a, b);
export const greaterEqual: Two = (a, b) => elementwise((x, y) => Number(x >= y), a, b);
export const less: Two = (a, b) => elementwise((x, y) => Number(x < y), a, b);
export const lessEqual: Two = (a, b) => elementwise((x, y) => Number(x <= y), a, b);
export const equal: Two = (a, b) => elementwise((x, y) => Number(x === y), a, b);
