import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";

// Dawn's instance must outlive everything in flight.
let instance: GPU | undefined;

/**
 * Gives the rivals in Node what they look for when they are imported: `navigator.gpu` (Dawn with `toggles`), and the names of
 * CommonJS that tfjs's wasm loader uses. Returns the folder of tfjs's .wasm files, and `release`, after which the process can end.
 */
export async function prepareNode(
  toggles: readonly string[],
): Promise<{ readonly wasmFolder: string; release(): void }> {
  const dawn = await import("webgpu");
  Object.assign(globalThis, dawn.globals);
  instance = dawn.create(toggles.length > 0 ? [`enable-dawn-features=${toggles.join(",")}`] : []);
  // Node 21 and later have a navigator of their own, without a gpu.
  const navigator = {
    gpu: instance,
    userAgent: `Node.js/${process.versions.node}`,
    hardwareConcurrency: availableParallelism(),
  };
  Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true, writable: true });
  const require = createRequire(import.meta.url);
  const wasmFolder = join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm")), "/");
  Object.assign(globalThis, { require, __dirname: wasmFolder, __filename: join(wasmFolder, "index.js") });
  return {
    wasmFolder,
    release() {
      instance = undefined;
    },
  };
}
