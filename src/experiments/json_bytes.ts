import * as z from "zod/mini";
import { shortLine, showValue } from "../data/plain_text.ts";
import { findDuplicateKey } from "../data/strict_json.ts";
import { DataError } from "../errors.ts";

/** Far more than a run's own files have. */
export const MOST_JSON_BYTES = 256 * 1024;

/** The value of a JSON file's bytes, checked by `schema`. @throws DataError, naming `path`, if it is damaged or breaks the schema */
export function parseJsonBytes<T>(bytes: Uint8Array, path: string, schema: z.core.$ZodType<T>): T {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    value = JSON.parse(text);
  } catch (cause) {
    throw new DataError(`${path}: not valid JSON: damaged; restore it, or choose another folder`, { cause });
  }
  const twice = findDuplicateKey(text);
  if (twice !== undefined) {
    throw new DataError(`${path}: holds the key ${showValue(twice)} twice; restore it, or choose another folder`);
  }
  const parsed = z.safeParse(schema, value);
  if (parsed.success) return parsed.data;
  const problem = describeIssue(parsed.error);
  throw new DataError(`${path}: ${problem}; damaged or of another version: restore it, or choose another folder`, {
    cause: parsed.error,
  });
}

/** The first problem that a schema found, on one line: the key and what is wrong with it. */
export function describeIssue(error: z.core.$ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return "not as expected";
  const key = issue.path.map(String).join(".");
  // Both quote what the file holds.
  return shortLine(`${key === "" ? "" : `${key}: `}${issue.message}`);
}
