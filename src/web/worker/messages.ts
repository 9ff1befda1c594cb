/** What page and worker send each other. */

/** From the page. */
export type ToWorker =
  | { readonly kind: "ask"; readonly id: number; readonly name: string; readonly request: unknown }
  | { readonly kind: "abort"; readonly id: number };

/** From the worker; all but `adapter` and `lost` belong to the question with that id. */
export type FromWorker =
  | { readonly kind: "event"; readonly id: number; readonly event: unknown }
  | { readonly kind: "result"; readonly id: number; readonly result: unknown }
  | { readonly kind: "error"; readonly id: number; readonly name: string; readonly message: string }
  | { readonly kind: "adapter"; readonly adapter: AdapterState }
  | { readonly kind: "lost"; readonly message: string };

/** The adapter in use. */
export interface AdapterState {
  readonly name: string;
  readonly driver: string;
  /** A CPU does the GPU's work. */
  readonly software: boolean;
  readonly subgroupSize: number;
  /** GPU memory that the library holds. */
  readonly bytesAlive: number;
}
