/** What the reference says of each op: its element types, its gradient and its errors; of other functions: their errors. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

/** Functions that an entry of the library exports from these files, with the comment of each. */
function documented(entry: string, from: RegExp): { readonly name: string; readonly comment: string }[] {
  const exports = [...readFileSync(entry, "utf8").matchAll(/export \{([^}]*)\} from "\.\/([\w/]+\.ts)";/g)];
  return exports
    .filter(([, , file]) => from.test(file!))
    .flatMap(([, names, file]) => {
      const text = readFileSync(`src/${file}`, "utf8");
      const exported = names!.split(",").flatMap((name) => (/^\s*\w+\s*$/.test(name) ? [name.trim()] : []));
      return exported.flatMap((name) => {
        const found = new RegExp(`(/\\*\\*(?:(?!\\*/)[\\s\\S])*\\*/)\\nexport (?:async )?function ${name}\\b`).exec(
          text,
        );
        return found ? [{ name, comment: found[1]!.replace(/\s+\*?\s*/g, " ") }] : [];
      });
    });
}

/** No ops: they run on the host. */
const ON_THE_HOST = new Set(["newClock", "packBytes", "unpackBytes"]);

describe("the comment of every op", () => {
  const ops = documented("src/index.ts", /^autograd\/ops\//);

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

it("the comment of every other function tells its errors", () => {
  const others = [...documented("src/index.ts", /^(?!autograd\/ops\/)/), ...documented("src/node.ts", /./)];
  expect(others.length).toBeGreaterThan(15);
  expect(others.filter(({ comment }) => !/throws/i.test(comment)).map(({ name }) => name)).toEqual([]);
});
