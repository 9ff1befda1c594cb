import { resolveObjectURL } from "node:buffer";
import { Worker } from "node:worker_threads";

/** What a browser's worker has and one of Node lacks. */
const PRELUDE = `
const { parentPort } = require("node:worker_threads");
globalThis.self = globalThis;
globalThis.postMessage = (message) => parentPort.postMessage(message);
parentPort.on("message", (data) => self.onmessage({ data }));
`;

/** A browser's Worker on Node's threads, as far as jax-js uses it. */
class BrowserWorker {
  onmessage: ((event: { readonly data: unknown }) => void) | undefined;
  onerror: ((event: { readonly message: string }) => void) | undefined;
  readonly #worker: Promise<Worker>;

  constructor(url: string) {
    this.#worker = this.#start(url);
  }

  async #start(url: string): Promise<Worker> {
    const source = await resolveObjectURL(url)!.text();
    const worker = new Worker(`${PRELUDE}${source}`, { eval: true });
    worker.unref();
    worker.on("message", (data) => this.onmessage?.({ data }));
    worker.on("error", (error) => this.onerror?.({ message: String(error) }));
    return worker;
  }

  async postMessage(message: unknown): Promise<void> {
    (await this.#worker).postMessage(message);
  }
}

/** Gives jax-js's wasm backend the threads that it has in browsers. To be called before it is imported. */
export function allowWasmThreads(): void {
  Object.assign(globalThis, { Worker: BrowserWorker });
}
