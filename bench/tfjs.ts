import type * as TfCore from "@tensorflow/tfjs-core";
import type { Contestant } from "./contestant.ts";

/** What the benchmark uses of tfjs's WebGPU backend beyond its public API: submitting what it has queued, and waiting. */
export interface TfjsBackend {
  /** Null when nothing is queued. */
  readonly commandEncoder: GPUCommandEncoder | null;
  endComputePassEncoder(): void;
  submitQueue(): void;
  readonly queue: GPUQueue;
  readonly device: GPUDevice;
}

/** tfjs on a WebGPU device of its own. */
export interface Tfjs {
  readonly tf: typeof TfCore;
  readonly backend: TfjsBackend;
  close(): void;
}

/** What tfjs's device complained about first; an invalid submit would be a fast one. */
const firstErrors = new WeakMap<TfjsBackend, string>();

// Dawn's instance must outlive everything in flight.
let instance: GPU | undefined;

/** Opens tfjs's WebGPU backend on Dawn with the same toggles as ours. Throws what it throws. */
export async function openTfjs(toggles: readonly string[]): Promise<Tfjs> {
  const dawn = await import("webgpu");
  Object.assign(globalThis, dawn.globals);
  instance = dawn.create(toggles.length > 0 ? [`enable-dawn-features=${toggles.join(",")}`] : []);
  // tfjs looks for these when it is imported; Node 21 and later have a navigator without a gpu.
  const navigator = { gpu: instance, userAgent: `Node.js/${process.versions.node}` };
  Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true, writable: true });
  const { tf } = await import("./tfjs_modules.ts");
  if (!(await tf.setBackend("webgpu"))) throw new Error("tfjs could not start its WebGPU backend");
  await tf.ready();
  const backend = tf.backend() as unknown as TfjsBackend;
  backend.device.addEventListener("uncapturederror", ({ error }) => {
    if (!firstErrors.has(backend)) firstErrors.set(backend, error.message.trim().split("\n", 1)[0]!);
  });
  return {
    tf,
    backend,
    close() {
      backend.device.destroy();
      instance = undefined;
    },
  };
}

/** Submits what tfjs has queued and waits until it has run. */
export async function settleTfjs(backend: TfjsBackend): Promise<void> {
  backend.endComputePassEncoder();
  if (backend.commandEncoder) backend.submitQueue();
  await backend.queue.onSubmittedWorkDone();
  const error = firstErrors.get(backend);
  if (error) throw new Error(error);
}

/** Gradients in the form that its optimizers' types ask for. */
export function namedTensors(grads: TfCore.NamedTensorMap): { name: string; tensor: TfCore.Tensor }[] {
  return Object.entries(grads).map(([name, tensor]) => ({ name, tensor }));
}

/** One tfjs op as a contestant; `check` gets its result. */
export function tfjsOp(
  backend: TfjsBackend,
  inputs: readonly TfCore.Tensor[],
  op: () => TfCore.Tensor,
  check: (result: Float32Array) => void,
): Contestant {
  return {
    async run(times) {
      for (let i = 0; i < times; i++) op().dispose();
      await settleTfjs(backend);
    },
    async check() {
      const result = op();
      check((await result.data()) as Float32Array);
      result.dispose();
    },
    dispose() {
      for (const input of inputs) input.dispose();
    },
  };
}
