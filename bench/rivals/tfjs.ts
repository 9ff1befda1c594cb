import type * as TfCore from "@tensorflow/tfjs-core";
import type { Contestant } from "../contestant.ts";

export type TfjsBackendName = "webgpu" | "wasm" | "cpu";

/** tfjs on one of its backends. All backends of a process share one `tf`: `activate` says which one runs what follows. */
export interface Tfjs {
  readonly tf: typeof TfCore;
  readonly name: TfjsBackendName;
  activate(): Promise<void>;
  /** Submits what is queued and waits until it has run. */
  settle(): Promise<void>;
  close(): void;
}

/** What the benchmark uses of tfjs's WebGPU backend beyond its public API: submitting what it has queued, and waiting. */
interface WebGpuBackend {
  /** Null when nothing is queued. */
  readonly commandEncoder: GPUCommandEncoder | null;
  endComputePassEncoder(): void;
  submitQueue(): void;
  readonly queue: GPUQueue;
  readonly device: GPUDevice;
}

/** Starts a backend. `wasmFolder` is where its .wasm files lie, with a slash at the end. Throws what tfjs throws. */
export async function openTfjs(name: TfjsBackendName, wasmFolder: string): Promise<Tfjs> {
  const { tf, setWasmPaths } = await import("./tfjs_modules.ts");
  // Without checks meant for development, and without its greeting.
  tf.enableProdMode();
  if (name === "wasm") setWasmPaths(wasmFolder);
  if (!(await tf.setBackend(name))) throw new Error(`tfjs could not start its ${name} backend`);
  await tf.ready();
  const activate = async () => {
    await tf.setBackend(name);
  };
  if (name !== "webgpu") return { tf, name, activate, settle: async () => {}, close() {} };
  const backend = tf.backend() as unknown as WebGpuBackend;
  // What its device complained about first; an invalid submit would be a fast one.
  let firstError: string | undefined;
  backend.device.addEventListener("uncapturederror", ({ error }) => {
    firstError ??= error.message.trim().split("\n", 1)[0]!;
  });
  return {
    tf,
    name,
    activate,
    async settle() {
      backend.endComputePassEncoder();
      if (backend.commandEncoder) backend.submitQueue();
      await backend.queue.onSubmittedWorkDone();
      if (firstError) throw new Error(firstError);
    },
    close: () => backend.device.destroy(),
  };
}

/** Gradients in the form that its optimizers' types ask for. */
export function namedTensors(grads: TfCore.NamedTensorMap): { name: string; tensor: TfCore.Tensor }[] {
  return Object.entries(grads).map(([name, tensor]) => ({ name, tensor }));
}

/** A tfjs computation as a contestant; `check` gets its results. What it makes on the way is freed. */
export function tfjsOp(
  { tf, settle }: Tfjs,
  inputs: readonly TfCore.Tensor[],
  compute: () => TfCore.Tensor | TfCore.Tensor[],
  check: (...results: Float32Array[]) => void,
): Contestant {
  const run = () => [tf.tidy(compute)].flat();
  return {
    async run(times) {
      for (let i = 0; i < times; i++) tf.dispose(run());
      await settle();
    },
    async check() {
      const results = run();
      const values: Float32Array[] = [];
      for (const result of results) values.push((await result.data()) as Float32Array);
      tf.dispose(results);
      check(...values);
    },
    dispose: () => tf.dispose([...inputs]),
  };
}
