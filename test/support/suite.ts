import { Command, InvalidArgumentError } from "commander";
import { TailgradError, UsageError } from "../../src/errors.ts";
import { firstLine } from "../../src/gpu/description.ts";

/** Counts what passed and failed of a long check that runs outside `npm test`. */
export class Tally {
  passed = 0;
  failed = 0;
  readonly #began = performance.now();

  /** Runs one check; a throw is a failure, printed with what it was about. */
  async check(what: string, run: () => unknown): Promise<boolean> {
    try {
      await run();
      this.passed++;
      return true;
    } catch (error) {
      this.fail(what, error);
      return false;
    }
  }

  fail(what: string, error: unknown): void {
    this.failed++;
    console.log(`FAILED ${what}: ${firstLine(error instanceof Error ? error.message : String(error))}`);
  }

  get seconds(): number {
    return (performance.now() - this.#began) / 1000;
  }

  /** The closing line: nothing else that a command prints looks like it. */
  toString(): string {
    return `${this.passed} passed, ${this.failed} failed`;
  }
}

/** A whole number of at least 1, for `--n` and its like. */
export function count(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError(`"${text}" is no whole number from 1.`);
  return value;
}

/** A number above 0, for rates. */
export function positive(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError(`"${text}" is no number above 0.`);
  return value;
}

/** What the options left to be done. @throws UsageError where that is nothing */
export function selected<T>(found: readonly T[], by: string): readonly T[] {
  if (found.length === 0) throw new UsageError(`nothing is selected by ${by}`);
  return found;
}

/**
 * The frame of such a command: `options` names its options, `run` does the work and counts in the tally. The last line is
 * `N passed, M failed`, and the exit code 1 if anything failed or nothing was tried; a wrong call is one line and exit code 2.
 */
export async function suite<O extends Record<string, unknown>>(
  name: string,
  description: string,
  options: (command: Command) => Command,
  run: (options: O, tally: Tally, args: readonly string[]) => Promise<void>,
): Promise<void> {
  const command = options(new Command(`npm run ${name} --`).description(description));
  command.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));
  command.parse();
  const tally = new Tally();
  try {
    await run(command.opts<O>(), tally, command.processedArgs);
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${name}: ${error.message}`);
      process.exitCode = 2;
      return;
    }
    tally.fail(name, error);
    if (error instanceof Error && !(error instanceof TailgradError)) console.error(error.stack);
  }
  console.log(`${tally.seconds.toFixed(1)} s`);
  console.log(String(tally));
  process.exitCode = tally.failed > 0 || tally.passed === 0 ? 1 : 0;
}
