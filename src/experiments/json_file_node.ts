import type { z } from "zod";
import { readFileIfThere } from "./files_node.ts";
import { MOST_JSON_BYTES, parseJsonBytes } from "./json_bytes.ts";

/** A JSON file's value, checked by `schema`, or undefined if there is no file. @throws DataError if it breaks the schema */
export function readJsonFile<T>(
  path: string,
  schema: z.core.$ZodType<T>,
  mostBytes: number = MOST_JSON_BYTES,
): T | undefined {
  const bytes = readFileIfThere(path, mostBytes);
  if (bytes === undefined) return undefined;
  return parseJsonBytes(bytes, path, schema);
}

/** The text of a JSON file: indented for people, with a last newline. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
