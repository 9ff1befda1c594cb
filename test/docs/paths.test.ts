import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const CHAPTERS = readdirSync("docs").flatMap((file) => (file.endsWith(".md") ? [`docs/${file}`] : []));
const OTHERS = ["README.md", "ARCHITECTURE.md", "RELIABILITY.md", "RESULTS.md", "CONTRIBUTING.md", "SECURITY.md"];
const DOCS = [...OTHERS, ...CHAPTERS];

/** What documents call by short names. */
function fileOf(path: string): string {
  const whole = path.replace(/^special_values\/(\w+)$/, "autograd/special_values/$1.test.ts");
  const long = whole.replace(/^special_values\//, "autograd/special_values/");
  return long.startsWith("src/") || long.startsWith("test/") ? long : `test/${long}`;
}

describe("every file that a document names is there", () => {
  it.each(DOCS)("%s", (doc) => {
    const text = readFileSync(doc, "utf8");
    const paths = [...text.matchAll(/`((?:src|test|autograd|special_values|gpu|specs|kernels)\/[\w/.]+)`/g)];
    // A folder of src may be named without src.
    const missing = paths
      .map(([, path]) => path!)
      .filter((path) => !existsSync(fileOf(path)) && !existsSync(`src/${path}`));
    expect(missing).toEqual([]);
  });

  it("and every npm command", () => {
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
    const named = DOCS.flatMap((doc) =>
      [...readFileSync(doc, "utf8").matchAll(/npm run ([\w:]+)/g)].map((match) => match[1]!),
    );
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });
});
