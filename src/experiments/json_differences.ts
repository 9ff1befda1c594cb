/** A key at which two JSON values differ, dotted ("data.seed"), and what each has there. */
export interface JsonDifference {
  key: string;
  a: unknown;
  b: unknown;
}

/**
 * All keys at which two values differ once both are written as JSON: there an undefined entry is none, and -0 is 0. Lists
 * are compared whole.
 */
export function jsonDifferences(a: unknown, b: unknown): JsonDifference[] {
  return compare(asJson(a), asJson(b), "");
}

function compare(a: unknown, b: unknown, key: string): JsonDifference[] {
  if (isPlain(a) && isPlain(b)) {
    const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
    return names.flatMap((name) => compare(own(a, name), own(b, name), key === "" ? name : `${key}.${name}`));
  }
  return JSON.stringify(a) === JSON.stringify(b) ? [] : [{ key, a, b }];
}

function asJson(value: unknown): unknown {
  const text = JSON.stringify(value);
  return text === undefined ? undefined : JSON.parse(text);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function own(record: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
