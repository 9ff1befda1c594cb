import type fc from "fast-check";
import { DataError, UsageError } from "../../src/errors.ts";
import type { Mutator } from "./mutate.ts";

/** A reader of the project that is given hostile inputs. */
export interface Reader {
  readonly name: string;
  /** Inputs that are right, or nearly so; what is tried are mutations of them. */
  readonly seeds: fc.Arbitrary<Uint8Array>;
  /** What is done to them, all as likely as each other. */
  readonly mutators: readonly Mutator[];
  /** What every refusal must name: the file, as its message begins, or the option. */
  readonly names: string;
  open(): Session;
}

/** A reader at work, with the files it needs. */
export interface Session {
  /**
   * Reads one input and checks what the reader promises of what it accepts. A refusal is its named error; whatever else is
   * thrown is a failure.
   */
  read(input: Uint8Array): void | Promise<void>;
  close(): void;
}

/** Far longer than any message needs to be; what a file holds must not make it longer. */
const MOST_MESSAGE = 1000;

/** Why an error is not the refusal that a user should get, or undefined. */
export function problemOf(error: unknown, names: string): string | undefined {
  if (!(error instanceof DataError || error instanceof UsageError)) {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return `threw ${text.replace(/\p{Cc}/gu, " ").slice(0, 300)}`;
  }
  const { message } = error;
  const shown = JSON.stringify(message.slice(0, 200));
  if (/[\p{Cc}\u2028\u2029]/u.test(message)) return `message is not one plain line: ${shown}`;
  if (!message.includes(names)) return `message does not name ${names}: ${shown}`;
  if (message.length > MOST_MESSAGE) return `message of ${message.length} characters: ${shown}`;
  if (!/: .{8,}; .{8,}/.test(message)) return `message does not give the rule and the way out: ${shown}`;
  return undefined;
}
