import type { Device } from "../src/gpu/device.ts";
import type { Jax } from "./rivals/jax.ts";
import type { Tfjs } from "./rivals/tfjs.ts";

/** One implementation of a piece of work, ready to be timed. */
export interface Contestant {
  /** Starts the work `times` times and returns once all of it has run. */
  run(times: number): Promise<void>;
  /** Runs the work and throws WrongResultError unless it gives what the oracle gives. */
  check(): Promise<void>;
  dispose(): void;
}

/** Kinds of work, in the order of the report. */
export const GROUPS = ["products", "convolutions", "other ops", "models", "ladder", "scaling", "start"] as const;
export type Group = (typeof GROUPS)[number];

/** Where a row stands in a plot: the chart, the series' place along its x axis. */
export interface PlotPlace {
  readonly chart: string;
  readonly x: number | string;
}

/** A piece of work to time: ours, and the rivals that can do it. */
export interface Work {
  /** What `--only` searches and the table prints. */
  readonly name: string;
  readonly group: Group;
  /** Floating-point operations of one run, counted by the textbook (a multiply-add is two), the same for everybody. */
  readonly flops?: number;
  /** Bytes that one run must at least read and write; given where memory is the limit. */
  readonly bytes?: number;
  /** Samples (images) of one run, where the cost of each is of interest. */
  readonly samples?: number;
  readonly plot?: PlotPlace;
  /** Too much for a CPU driver: skipped there unless `--only` asks for it. */
  readonly gpuOnly?: boolean;
  /** Timed only when `--only` asks for it. */
  readonly onDemand?: boolean;
  /** Our ways of doing it, by name: "tailgrad", in ladders also each rung. */
  readonly ours: Readonly<Record<string, (device: Device) => Promise<Contestant>>>;
  readonly tfjs?: (rival: Tfjs) => Promise<Contestant>;
  readonly jax?: (rival: Jax) => Promise<Contestant>;
}

/** A contestant computed something else than the oracle. */
export class WrongResultError extends Error {
  override readonly name = "WrongResultError";
}

/** A contestant has no way of doing the work; the message says what it lacks. */
export class CannotError extends Error {
  override readonly name = "CannotError";
}
