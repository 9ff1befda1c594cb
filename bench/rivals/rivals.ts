import { CannotError, type Contestant, type Work } from "../contestant.ts";
import { openJax } from "./jax.ts";
import { openTfjs } from "./tfjs.ts";

/** Whom we are compared with, in the report's order. */
export const RIVAL_NAMES = ["tfjs webgpu", "tfjs wasm", "tfjs cpu", "jax-js webgpu", "jax-js wasm"] as const;
export type RivalName = (typeof RIVAL_NAMES)[number];

/** A library on one of its backends, started. */
export interface Rival {
  readonly name: RivalName;
  /** Makes it the one that runs what follows. */
  activate(): Promise<void>;
  open(work: Work): Promise<Contestant>;
  close(): void;
}

/** Whether anything is written for this rival, so that it gets a row even where it cannot do the work. */
export function enters(name: RivalName, work: Work): boolean {
  return name.startsWith("tfjs") ? work.tfjs !== undefined : work.jax !== undefined;
}

/** Starts a rival. Throws what it throws. */
export async function openRival(name: RivalName, wasmFolder: string): Promise<Rival> {
  const backend = name.split(" ")[1] as "webgpu" | "wasm" | "cpu";
  if (name.startsWith("tfjs")) {
    const tfjs = await openTfjs(backend, wasmFolder);
    return { name, activate: tfjs.activate, open: (work) => opened(work.tfjs, tfjs), close: tfjs.close };
  }
  const jax = await openJax(backend as "webgpu" | "wasm");
  return { name, activate: jax.activate, open: (work) => opened(work.jax, jax), close: jax.close };
}

function opened<R>(open: ((rival: R) => Promise<Contestant>) | undefined, rival: R): Promise<Contestant> {
  if (!open) throw new CannotError("nothing is written for it");
  return open(rival);
}
