import type { Ceilings } from "../src/kernels/ceiling/ceiling.ts";
import { keepSoFar, print } from "./output_node.ts";
import { ceilingsText, headerText, rowText } from "./report.ts";
import { type Environment, REPORT_FORMAT, type Report, type Row } from "./result.ts";

/** A report that grows: what comes is printed, and kept in the file of `--json`, so that a run that is stopped loses nothing. */
export class RunningReport {
  readonly #rows: Row[] = [];
  readonly #environment: Environment;
  readonly #quick: boolean;
  readonly #file: string | undefined;
  #ceilings: Ceilings = { gflops: Number.NaN, gigabytesPerSecond: Number.NaN };

  constructor(environment: Environment, { quick, json }: { readonly quick?: boolean; readonly json?: string }) {
    this.#environment = environment;
    this.#quick = quick ?? false;
    this.#file = json;
    print(headerText(environment));
  }

  measured(ceilings: Ceilings): void {
    this.#ceilings = ceilings;
    print(`${ceilingsText(ceilings)}\n`);
  }

  add(row: Row): void {
    this.#rows.push(row);
    print(rowText(row, this.#ceilings));
    if (this.#file) keepSoFar(this.#file, this.report());
  }

  report(): Report {
    return {
      format: REPORT_FORMAT,
      environment: this.#environment,
      ceilings: this.#ceilings,
      quick: this.#quick,
      rows: [...this.#rows],
    };
  }
}
