/** Runs every block of code in README.md and docs/, and holds what it prints against the block of text below it. */
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const run = promisify(execFile);
const DOCS = ["README.md", ...readdirSync("docs").flatMap((file) => (file.endsWith(".md") ? [`docs/${file}`] : []))];
const built = existsSync("dist/node.js");

interface Block {
  readonly language: string;
  readonly code: string;
  /** What stands below it as text. */
  readonly prints: string | undefined;
}

function blocksOf(doc: string): Block[] {
  const fences = [...readFileSync(doc, "utf8").matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)];
  return fences.map(([, language = "", code = ""], i) => {
    const next = fences[i + 1];
    return { language, code, prints: next?.[1] === "text" ? next[2] : undefined };
  });
}

/** Kernels as the docs quote them: lines of a file of src/kernels. */
const kernels = readdirSync("src/kernels", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".wgsl"))
  .map((file) => readFileSync(`src/kernels/${file}`, "utf8"));

describe("code in documents", () => {
  for (const doc of DOCS) {
    blocksOf(doc).forEach(({ language, code, prints }, i) => {
      if (language === "js" || language === "ts") {
        // In this folder, so that "tailgrad" is this package.
        it.runIf(built)(
          `${doc}, block ${i}, prints what it says`,
          async () => {
            const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", code], {
              encoding: "utf8",
            });
            expect(prints, "the text that it prints").toBeDefined();
            expect(stdout).toBe(prints);
          },
          120_000,
        );
      }
      if (language === "wgsl") {
        it(`${doc}, block ${i}, is text of a kernel`, () => {
          expect(kernels.some((text) => text.includes(code))).toBe(true);
        });
      }
    });
  }

  it("are of the languages that are checked", () => {
    const languages = new Set(DOCS.flatMap((doc) => blocksOf(doc).map(({ language }) => language)));
    expect([...languages].filter((language) => !["js", "text", "wgsl", "sh"].includes(language))).toEqual([]);
  });
});
