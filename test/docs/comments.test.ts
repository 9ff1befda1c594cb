/** What the reference says of each op: its element types, its gradient and its errors. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

/** Ops that the library exports, with the comment of each. */
function documentedOps(): { readonly name: string; readonly comment: string }[] {
  const index = readFileSync("src/index.ts", "utf8");
  return [...index.matchAll(/export \{([^}]*)\} from "\.\/(autograd\/ops\/\w+\.ts)";/g)].flatMap(([, names, file]) => {
    const text = readFileSync(`src/${file}`, "utf8");
    const exported = names!.split(",").flatMap((name) => (/^\s*\w+\s*$/.test(name) ? [name.trim()] : []));
    return exported.flatMap((name) => {
      const found = new RegExp(`(/\\*\\*(?:(?!\\*/)[\\s\\S])*\\*/)\\nexport function ${name}\\b`).exec(text);
      return found ? [{ name, comment: found[1]!.replace(/\s+\*?\s*/g, " ") }] : [];
    });
  });
}

/** No ops: they run on the host. */
const ON_THE_HOST = new Set(["newClock", "packBytes", "unpackBytes"]);

describe("the comment of every op", () => {
  const ops = documentedOps();

  it("is there", () => {
    const index = readFileSync("src/index.ts", "utf8");
    const names = [...index.matchAll(/export \{([^}]*)\} from "\.\/autograd\/ops\//g)].flatMap(([, list]) =>
      list!.split(",").flatMap((name) => (/^\s*\w+\s*$/.test(name) ? [name.trim()] : [])),
    );
    expect(names.filter((name) => !ops.some((op) => op.name === name))).toEqual([]);
    expect(ops.length).toBeGreaterThan(60);
  });

  it.each([
    ["element types", /\b(f32|u32|i32|types?)\b/],
    ["its gradient", /gradient|Differentiable|constant to/i],
    ["its errors", /Throws|errors/],
  ])("tells %s", (_, told) => {
    const silent = ops.filter(({ name, comment }) => !ON_THE_HOST.has(name) && !told.test(comment));
    expect(silent.map(({ name }) => name)).toEqual([]);
  });
});
