/*
 * Kernel files are rewritten before they are compiled (gpu/specialize.ts): loops are written out, arrays become variables. So that an
 * error finds back to the line that a person wrote, every line carries its number in a comment all the way.
 */

/** Marks each line with its number, but for those that only tell `specialize` something. */
export function tagLines(text: string): string {
  return text
    .split("\n")
    .map((line, i) => (/^\s*\/\/ @/.test(line) ? line : `${line} //#${i + 1}`))
    .join("\n");
}

/** Number of the written line that a line of the compiled text comes from; undefined for what a launcher added. */
export function taggedLine(compiled: string, line: number): number | undefined {
  const tag = /\/\/#(\d+)\s*$/.exec(compiled.split("\n")[line - 1] ?? "")?.[1];
  return tag === undefined ? undefined : Number(tag);
}

/** Lines, counted from 1, that the launcher writes itself, whatever stands in the file: those between `@begin` and `@end`. */
export function launcherLines(text: string): Set<number> {
  const lines = new Set<number>();
  let inside = false;
  text.split("\n").forEach((line, i) => {
    if (/^\s*\/\/ @begin /.test(line)) inside = true;
    if (inside) lines.add(i + 1);
    if (/^\s*\/\/ @end /.test(line)) inside = false;
  });
  return lines;
}
