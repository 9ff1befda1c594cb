// tfjs for Node's bundle leaves the gradients out, and its modules name each other without extensions, which Node does not
// load: so the build bundles these (ssr.noExternal in vite.config.ts). Import this only once globalThis.navigator is set.
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-core/dist/register_all_gradients";
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-webgpu";
import { getThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";

export { getThreadsCount, setWasmPaths, tf };
