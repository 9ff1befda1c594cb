import type { TuneMode } from "../../src/autograd/tuner.ts";
import type { Ceilings } from "../../src/kernels/ceiling/ceiling.ts";
import type { FirstStepName, Latency } from "../latency.ts";
import type { Environment, Row } from "../result.ts";
import type { RivalName } from "../rivals/rivals.ts";

/** What the page is asked for. */
export interface PageOptions {
  /** Source of a regular expression. */
  readonly only?: string | undefined;
  readonly quick: boolean;
  readonly ladder: boolean;
  readonly scaling: boolean;
  readonly rivals: readonly RivalName[];
  readonly tune: TuneMode;
}

/** What the page alone can tell of the environment. */
export type PageEnvironment = Pick<
  Environment,
  "date" | "adapter" | "driver" | "subgroupSize" | "software" | "runtime" | "wasmThreads"
>;

/** What the page says while it works. */
export type PageEvent =
  | { readonly kind: "environment"; readonly environment: PageEnvironment }
  | { readonly kind: "ceilings"; readonly ceilings: Ceilings }
  | { readonly kind: "begin"; readonly work: string; readonly place: number; readonly count: number }
  | { readonly kind: "row"; readonly row: Row };

/** A first step's figures, or what the contestant lacks. */
export type PageLatency = Latency | { readonly cannot: string };

/** What the page has for the command, and the command for the page. */
export interface BenchWindow {
  runBench(options: PageOptions): Promise<void>;
  runFirstStep(step: FirstStepName, who: string): Promise<PageLatency>;
  /** Given by the command. */
  benchEvent(event: PageEvent): Promise<void>;
}
