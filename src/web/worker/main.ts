// The worker: it owns the device, so that whatever the GPU does, the page stays quick.

import { GpuContext } from "./gpu_context.ts";
import type { Call, HandlerTable } from "./handler.ts";
import { HANDLERS } from "./handlers.ts";
import type { FromWorker, ToWorker } from "./messages.ts";

const scope = self as unknown as {
  postMessage(message: FromWorker, transfer?: Transferable[]): void;
  onmessage: ((message: MessageEvent<ToWorker>) => void) | null;
};
const gpu = new GpuContext((message) => scope.postMessage(message));
const running = new Map<number, AbortController>();

scope.onmessage = ({ data }) => {
  if (data.kind === "abort") running.get(data.id)?.abort();
  else answer(data.id, data.name, data.request);
};

async function answer(id: number, name: string, request: unknown): Promise<void> {
  const controller = new AbortController();
  running.set(id, controller);
  const call: Call<unknown> = {
    tell: (event, transfer = []) => scope.postMessage({ kind: "event", id, event }, transfer),
    signal: controller.signal,
  };
  try {
    const handler = (HANDLERS as HandlerTable)[name];
    if (!handler) throw new Error(`the worker has no handler "${name}"`);
    const result = await handler(gpu, request as never, call as Call<never>);
    scope.postMessage({ kind: "result", id, result });
  } catch (error) {
    const { name: kind, message } = error instanceof Error ? error : new Error(String(error));
    scope.postMessage({ kind: "error", id, name: kind, message });
  } finally {
    running.delete(id);
  }
}
