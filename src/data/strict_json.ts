/**
 * The first key that some object of a JSON text holds twice, or undefined. JSON.parse keeps the last of such keys
 * without a word, so two readers of one file may see different things.
 *
 * `text` must be one that JSON.parse accepts; keys are compared decoded ("\u0061" is "a").
 */
export function findDuplicateKey(text: string): string | undefined {
  // One set of keys per open object; arrays hold none.
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "{") open.push(new Set());
    else if (character === "[") open.push(undefined);
    else if (character === "}" || character === "]") open.pop();
    else if (character === '"') {
      const end = stringEnd(text, at);
      if (isKey(text, end)) {
        const written = text.slice(at + 1, end - 1);
        const key = written.includes("\\") ? (JSON.parse(`"${written}"`) as string) : written;
        const keys = open.at(-1);
        if (keys?.has(key)) return key;
        keys?.add(key);
      }
      at = end - 1;
    }
  }
  return undefined;
}

/** Where the string that opens at `start` has ended: the index after its closing quote. */
function stringEnd(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

/** In valid JSON, a string is a key exactly when a colon follows it. */
function isKey(text: string, end: number): boolean {
  let at = end;
  while (text[at] === " " || text[at] === "\n" || text[at] === "\r" || text[at] === "\t") at++;
  return text[at] === ":";
}
