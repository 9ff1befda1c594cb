import { signal } from "@preact/signals";
import type { Call } from "./worker/handler.ts";
import type { HANDLERS } from "./worker/handlers.ts";
import type { AdapterState, FromWorker, ToWorker } from "./worker/messages.ts";

/*
 * The page's side of the worker: `ask` calls a handler. A worker that does not answer any more (a shader that never ends) is replaced by
 * `restartWorker`.
 */

type Table = typeof HANDLERS;
export type AskName = keyof Table;
type Handler<N extends AskName> = Table[N] extends (...taken: infer A) => infer R ? { taken: A; given: R } : never;
export type RequestOf<N extends AskName> = Handler<N>["taken"] extends [unknown, infer Q, ...unknown[]] ? Q : undefined;
export type EventOf<N extends AskName> = Handler<N>["taken"] extends [unknown, unknown, Call<infer E>] ? E : never;
export type ResultOf<N extends AskName> = Awaited<Handler<N>["given"]>;

/** What may go with a question. */
export interface AskOptions<Event> {
  readonly onEvent?: (event: Event) => void;
  /** Gives the call up: the handler's own signal aborts; what it then throws or returns comes back as usual. */
  readonly signal?: AbortSignal;
}

/** The worker was replaced while it owed an answer. */
export class WorkerRestartedError extends Error {
  override name = "WorkerRestartedError";
}

interface Pending {
  resolve(result: unknown): void;
  reject(error: Error): void;
  onEvent(event: unknown): void;
}

/** The adapter in use, once it is open. */
export const adapter = signal<AdapterState | undefined>(undefined);
/** What happened to the device, while the page should say so. */
export const lossNotice = signal<string | undefined>(undefined);

const pending = new Map<number, Pending>();
const lossListeners = new Set<(message: string) => void>();
let worker: Worker | undefined;
let nextId = 1;

/** Calls `listener` whenever the device or the worker is lost; returns how to stop that. */
export function onLoss(listener: (message: string) => void): () => void {
  lossListeners.add(listener);
  return () => lossListeners.delete(listener);
}

/** Asks the worker; the answer is what its handler of that name returns. */
export function ask<N extends AskName>(
  name: N,
  request: RequestOf<N>,
  { onEvent, signal: abort }: AskOptions<EventOf<N>> = {},
): Promise<ResultOf<N>> {
  const id = nextId++;
  const giveUp = () => send({ kind: "abort", id });
  return new Promise<ResultOf<N>>((resolve, reject) => {
    pending.set(id, {
      resolve: (result) => resolve(result as ResultOf<N>),
      reject,
      onEvent: (event) => onEvent?.(event as EventOf<N>),
    });
    send({ kind: "ask", id, name, request });
    if (abort?.aborted) giveUp();
    else abort?.addEventListener("abort", giveUp);
  }).finally(() => abort?.removeEventListener("abort", giveUp));
}

/** Ends the worker, whatever it does, and starts another; open questions fail with WorkerRestartedError. */
export function restartWorker(reason: string): void {
  worker?.terminate();
  worker = undefined;
  adapter.value = undefined;
  const open = [...pending.values()];
  pending.clear();
  for (const { reject } of open) reject(new WorkerRestartedError(reason));
  tellLoss(reason);
}

function send(message: ToWorker): void {
  worker ??= start();
  worker.postMessage(message);
}

function start(): Worker {
  const started = new Worker(new URL("./worker/main.ts", import.meta.url), { type: "module", name: "tailgrad" });
  started.onmessage = ({ data }: MessageEvent<FromWorker>) => receive(data);
  started.onerror = (event) => restartWorker(`the worker failed: ${event.message || "it could not be loaded"}`);
  return started;
}

function receive(message: FromWorker): void {
  if (message.kind === "adapter") {
    adapter.value = message.adapter;
    return;
  }
  if (message.kind === "lost") {
    tellLoss(message.message);
    return;
  }
  const question = pending.get(message.id);
  if (!question) return;
  if (message.kind === "event") {
    question.onEvent(message.event);
    return;
  }
  pending.delete(message.id);
  if (message.kind === "result") question.resolve(message.result);
  else question.reject(Object.assign(new Error(message.message), { name: message.name }));
}

function tellLoss(message: string): void {
  lossNotice.value = message;
  for (const listener of lossListeners) listener(message);
}
