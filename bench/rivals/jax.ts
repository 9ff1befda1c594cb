import type * as JaxModule from "@jax-js/jax";
import type { Contestant } from "../contestant.ts";

/** An array of jax-js. Passing one to a function gives it away; `.ref` keeps it. */
export type JaxArray = JaxModule.Array;

/** Named arrays: the parameters of a model, their moments. */
export type JaxTree = Record<string, JaxArray>;

/** jax-js on one of its devices. All devices share one module: `activate` says on which one new arrays lie. */
export interface Jax {
  readonly jax: typeof JaxModule;
  readonly device: "webgpu" | "wasm";
  activate(): Promise<void>;
  /** Starts the calls that these results come from, and waits until all of them have run. */
  settle(calls: readonly (readonly JaxArray[])[]): Promise<void>;
  close(): void;
}

/** Starts jax-js on a device. Throws where it has none. */
export async function openJax(device: "webgpu" | "wasm"): Promise<Jax> {
  const jax = await import("@jax-js/jax");
  const available = await jax.init(device);
  if (!available.includes(device)) throw new Error(`jax-js could not start its ${device} backend`);
  const gpu = device === "webgpu" ? jax.getWebGPUDevice() : undefined;
  // What its device complained about first; an invalid submit would be a fast one.
  let firstError: string | undefined;
  gpu?.addEventListener("uncapturederror", ({ error }) => {
    firstError ??= error.message.trim().split("\n", 1)[0]!;
  });
  return {
    jax,
    device,
    async activate() {
      jax.defaultDevice(device);
    },
    async settle(calls) {
      // Asking for one array's buffer submits all that its call computes, without waiting; the queue then tells the end.
      for (const results of calls) await (gpu ? results[0]!.ref.gpuBuffer() : jax.blockUntilReady([...results]));
      await gpu?.queue.onSubmittedWorkDone();
      if (firstError) throw new Error(firstError);
    },
    close: () => gpu?.destroy(),
  };
}

/** A jitted function as a contestant; `check` gets its results. */
export function jaxOp(
  { jax, settle }: Jax,
  inputs: readonly JaxArray[],
  compute: (...inputs: JaxArray[]) => JaxArray[],
  check: (...results: Float32Array[]) => void,
): Contestant {
  const jitted = jax.jit(compute);
  const call = () => jitted(...inputs.map((input) => input.ref)) as JaxArray[];
  return {
    async run(times) {
      // Arrays are lazy: one that is given up before it was waited for is never computed.
      const calls = Array.from({ length: times }, call);
      await settle(calls);
      jax.tree.dispose(calls);
    },
    async check() {
      const values: Float32Array[] = [];
      for (const result of call()) values.push((await result.data()) as Float32Array);
      check(...values);
    },
    dispose() {
      for (const input of inputs) input.dispose();
      jitted.dispose();
    },
  };
}
