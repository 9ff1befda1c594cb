import { type Environment, type Outcome, REPORT_FORMAT, type Report, type Row } from "../../bench/result.ts";
import { summarize } from "../../bench/statistics.ts";

const ENVIRONMENT: Environment = {
  date: "2026-01-02T03:04:05.000Z",
  tune: "on",
  adapter: "some adapter",
  driver: "some driver",
  subgroupSize: 8,
  software: true,
  runtime: "Node 20",
  toggles: [],
  driverVariables: {},
  versions: { tailgrad: "0.1.0" },
  cpu: "2 x some CPU",
  memoryGiB: 8,
  system: "Linux",
  wasmThreads: "tfjs 1, jax-js 1",
};

/** Figures of one contestant. */
export const timed = (...samples: number[]): Outcome => summarize(samples, 1);

/** A row of the products, of a billion operations unless said otherwise. */
export function row(name: string, results: Record<string, Outcome>, rest: Partial<Row> = {}): Row {
  return { name, group: "products", unit: "ms", flops: 1e9, results, ...rest };
}

/** A report with ceilings of 100 GFLOP/s and 10 GB/s. */
export function report(rows: readonly Row[], environment: Partial<Environment> = {}): Report {
  return {
    format: REPORT_FORMAT,
    environment: { ...ENVIRONMENT, ...environment },
    ceilings: { gflops: 100, gigabytesPerSecond: 10 },
    quick: false,
    rows,
  };
}
