import type { GpuContext } from "./gpu_context.ts";

/*
 * How a view asks the worker for something. A view brings a module of handlers, async functions by name:
 *
 *   export const insideHandlers = {
 *     async insidePlan(gpu: GpuContext, request: PlanRequest, call: Call<PlanProgress>): Promise<Plan> { ... },
 *   };
 *
 * `handlers.ts` joins these tables; the page calls `ask("insidePlan", request, { onEvent, signal })` of `client.ts` and has request,
 * events and result typed by the handler itself. Requests, events and results are copied between the threads: plain data and typed
 * arrays only. An error that a handler throws is thrown on the page with its name and message.
 */

/** One call of a handler. */
export interface Call<Event = never> {
  /** Tells the page something before the result is there; what is transferred is not copied, and gone here. */
  tell(event: Event, transfer?: Transferable[]): void;
  /** Aborts when the page gives the call up. */
  readonly signal: AbortSignal;
}

/** Handlers by name. */
export type HandlerTable = Readonly<
  Record<string, (gpu: GpuContext, request: never, call: Call<never>) => Promise<unknown>>
>;
