import type { Array64 } from "../support/arrays.ts";
import { elementwise } from "./elementwise.ts";

export const clamp = (x: Array64, least = -Infinity, most = Infinity): Array64 =>
  elementwise((v) => Math.min(Math.max(v, least), most), x);
