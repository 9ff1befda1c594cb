import type { Reader } from "./reader.ts";
import type { Failure } from "./share.ts";

/** A failure with all that is needed to see it again. */
export function told({ name }: Reader, seed: number, { index, problem, input }: Failure): string {
  const base64 = Buffer.from(input).toString("base64");
  return [
    `${name}, --seed ${seed}, input ${index}: ${problem}`,
    `  ${input.length} bytes, base64: ${base64.length <= 4000 ? base64 : `${base64.slice(0, 4000)}...`}`,
  ].join("\n");
}
