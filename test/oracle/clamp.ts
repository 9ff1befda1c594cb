import type { Array64 } from "../support/arrays.ts";
import { elementwise, type Partial } from "./elementwise.ts";

export const clamp = (x: Array64, least = -Infinity, most = Infinity): Array64 =>
  elementwise((v) => Math.min(Math.max(v, least), most), x);

/** 1 inside the bounds and on them, else 0; 0 everywhere when no value is inside. */
export const clampPartial =
  (least = -Infinity, most = Infinity): Partial =>
  (v) =>
    v! >= least && v! <= most ? 1 : 0;
