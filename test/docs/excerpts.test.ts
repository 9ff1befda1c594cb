/** Code that a document shows as a file's own stands there, but for its indentation. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const DOCS = ["ARCHITECTURE.md", "CONTRIBUTING.md"];

const bare = (text: string) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join("\n");

/** Each block of code behind a line that is a path and a colon. */
function excerpts(doc: string): [path: string, code: string][] {
  const found = readFileSync(doc, "utf8").matchAll(/`([\w/.-]+)`:\n\s*```ts\n([\s\S]*?)```/g);
  return [...found].map(([, path, code]) => [path!, code!]);
}

describe.each(DOCS)("%s", (doc) => {
  it.each(excerpts(doc))("%s holds what is shown of it: %#", (path, code) => {
    expect(bare(readFileSync(path, "utf8"))).toContain(bare(code));
  });

  it("shows some", () => {
    expect(excerpts(doc).length).toBeGreaterThan(0);
  });
});
