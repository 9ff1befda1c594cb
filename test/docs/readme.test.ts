import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";

const entry = "dist/node.js";

it.runIf(existsSync(entry))(
  "the README's library example prints what it says",
  () => {
    const [, code = ""] = /```js\n([\s\S]*?)```/.exec(readFileSync("README.md", "utf8")) ?? [];
    expect(code).toContain('from "tailgrad/node"');
    const folder = mkdtempSync(join(tmpdir(), "tailgrad-readme-"));
    try {
      const file = join(folder, "example.mjs");
      writeFileSync(file, code.replace('"tailgrad/node"', JSON.stringify(pathToFileURL(entry).href)));
      const out = execFileSync(process.execPath, [file], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
      expect(out).toMatch(/^slope 3\.00 offset -1\.00\nloss true dispatches per step \d+\n$/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  60_000,
);
