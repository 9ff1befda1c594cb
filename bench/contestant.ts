import type { Device } from "../src/gpu/device.ts";
import type { Tfjs } from "./tfjs.ts";

/** One implementation of a piece of work, ready to be timed. */
export interface Contestant {
  /** Submits the work `times` times and returns once all of it has run. */
  run(times: number): Promise<void>;
  /** Runs the work and throws WrongResultError unless it gives what the oracle gives. */
  check(): Promise<void>;
  dispose(): void;
}

/** A piece of work to time: ours, and the rivals that can do it. */
export interface Work {
  /** What `--only` searches and the table prints. */
  readonly name: string;
  /** Floating-point operations of one run, counted by the textbook (a multiply-add is two), the same for everybody. */
  readonly flops: number;
  ours(device: Device): Promise<Contestant>;
  tfjs(rival: Tfjs): Promise<Contestant>;
}

/** A contestant computed something else than the oracle. */
export class WrongResultError extends Error {
  override readonly name = "WrongResultError";
}
