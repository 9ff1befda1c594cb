/** The exercises: their texts fail the checks, their solutions pass; and the pictures are what their script draws. */
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const run = promisify(execFile);
const chapters = readdirSync("docs").filter((file) => /^\d_\w+\.md$/.test(file));
const folders = readdirSync("docs/exercises", { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);

async function checked(...options: string[]): Promise<{ readonly code: number; readonly lines: string[] }> {
  const call = run(process.execPath, ["docs/exercises/run.js", ...options], { encoding: "utf8" });
  const { stdout, code } = await call.then(
    ({ stdout }) => ({ stdout, code: 0 }),
    (error: { stdout: string; code: number }) => error,
  );
  return { code, lines: stdout.trim().split("\n") };
}

describe.runIf(existsSync("dist/node.js"))("the exercises of the course", () => {
  it("are not solved by their texts", { timeout: 120_000 }, async () => {
    const { code, lines } = await checked();
    expect(code).toBe(1);
    expect(lines.slice(0, -1).filter((line) => !/^not yet {2}\w+: ./.test(line))).toEqual([]);
    expect(lines.at(-1)).toBe(`0 of ${folders.length} solved`);
  });

  it("are solved by their solutions", { timeout: 120_000 }, async () => {
    const { code, lines } = await checked("--solutions");
    expect(lines).toEqual([
      ...folders.map((name) => `solved   ${name}`),
      `${folders.length} of ${folders.length} solved`,
    ]);
    expect(code).toBe(0);
  });

  it("are checked one chapter at a time", { timeout: 120_000 }, async () => {
    expect((await checked("4", "--solutions")).lines).toEqual(["solved   4_autograd", "1 of 1 solved"]);
    expect(await checked("nothing")).toMatchObject({ code: 1, lines: [""] });
  });

  it("are solved where a solution is copied over the exercise", () => {
    for (const name of folders) {
      const exported = (file: string) =>
        [...readFileSync(`docs/exercises/${name}/${file}.js`, "utf8").matchAll(/^export (?:const|function) (\w+)/gm)]
          .map(([, word]) => word)
          .sort();
      expect(exported("solution"), name).toEqual(exported("exercise"));
      expect(readFileSync(`docs/exercises/${name}/check.js`, "utf8"), name).not.toContain("exercise.js");
    }
  });

  it("have pictures beside them that are what the script draws", { timeout: 60_000 }, async () => {
    const { stdout } = await run(process.execPath, ["docs/pictures/draw.js", "--check"], { encoding: "utf8" });
    expect(stdout).toBe("");
  });
});

describe("the course", () => {
  it("has a chapter for every folder of exercises, and an index of all", () => {
    const index = readFileSync("docs/README.md", "utf8");
    expect(chapters.map((file) => file[0])).toEqual(folders.map((name) => name[0]));
    for (const chapter of chapters) {
      expect(index).toContain(`](${chapter})`);
      const text = readFileSync(`docs/${chapter}`, "utf8");
      expect(text, chapter).toMatch(/^## Exercises$/m);
      expect(text, chapter).toContain(`npm run exercises -- ${chapter[0]}`);
    }
  });

  it("has differentiation in a hundred lines", () => {
    expect(readFileSync("docs/autograd.js", "utf8").trimEnd().split("\n").length).toBeLessThanOrEqual(100);
  });

  it("has differentiation twice through every op, sums too", async () => {
    const path = "../../docs/autograd.js";
    const { grad, matrix, mul, sum, tanh, transpose } = await import(path);
    const x = matrix(1, 2, [2, 3]);
    const [first] = grad(mul(sum(x), sum(x)), [x]);
    const [second] = grad(sum(first), [x]);
    expect([[...first.data], [...second.data]]).toEqual([
      [10, 10],
      [4, 4],
    ]);
    // tanh'' = -2 y (1 - y^2), and a transpose changes no sum.
    const [slope] = grad(sum(tanh(transpose(x))), [x]);
    const [bend] = grad(sum(slope), [x]);
    const y = Math.tanh(2);
    expect(bend.data[0]).toBeCloseTo(-2 * y * (1 - y * y), 12);
  });

  it("links to files that are there", () => {
    for (const doc of ["README.md", ...chapters, "numerics.md"]) {
      const links = [...readFileSync(`docs/${doc}`, "utf8").matchAll(/\]\(([^)#:]+)\)/g)].map(([, path]) => path!);
      expect(
        links.filter((path) => !existsSync(`docs/${path}`)),
        doc,
      ).toEqual([]);
    }
  });
});
