import { Command, InvalidArgumentError } from "commander";
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

  /** The closing line. */
  toString(): string {
    const seconds = (performance.now() - this.#began) / 1000;
    return `${this.passed} passed, ${this.failed} failed (${seconds.toFixed(1)} s)`;
  }
}

/** A whole number of at least 1, for `--n` and its like. */
export function count(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError(`"${text}" is no whole number from 1.`);
  return value;
}

/**
 * The frame of such a command: `options` names its options, `run` does the work and counts in the tally. Prints the closing line
 * `N passed, M failed` and ends with exit code 1 if anything failed.
 */
export async function suite<O extends Record<string, unknown>>(
  name: string,
  description: string,
  options: (command: Command) => Command,
  run: (options: O, tally: Tally) => Promise<void>,
): Promise<void> {
  const command = options(new Command(`npm run ${name} --`).description(description));
  command.parse();
  const tally = new Tally();
  try {
    await run(command.opts<O>(), tally);
  } catch (error) {
    tally.fail(name, error);
    if (error instanceof Error) console.error(error.stack);
  }
  console.log(String(tally));
  process.exitCode = tally.failed > 0 || tally.passed === 0 ? 1 : 0;
}
