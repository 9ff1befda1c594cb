/** The package by the ecosystem's own checkers, and what must not be in it. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../experiments/temporary_folder.ts";
import { isBuilt, pack } from "./pack.ts";

interface Manifest {
  readonly exports: Record<string, string | Record<string, string>>;
  readonly bin: Record<string, string>;
  readonly sideEffects: boolean;
  readonly engines: { readonly node: string };
}

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;

/** All modules that `file` of dist/ reaches, and the packages among their imports. */
function reached(file: string, seen = new Set<string>(), packages = new Set<string>()) {
  if (!seen.has(file)) {
    seen.add(file);
    for (const [, name] of readFileSync(file, "utf8").matchAll(/^(?:import|export)\b[^"'\n]*["']([^"']+)["'];$/gm)) {
      if (name!.startsWith(".")) reached(join(dirname(file), name!), seen, packages);
      else packages.add(name!);
    }
  }
  return { files: [...seen], packages: [...packages] };
}

describe.skipIf(!isBuilt)("the package (skipped until `npm run build`)", () => {
  test("offers a browser-safe core, an entry for Node and a command, types first", () => {
    const { exports, bin, sideEffects, engines } = manifest;
    expect(Object.keys(exports)).toEqual([".", "./node", "./package.json"]);
    for (const entry of [".", "./node"]) expect(Object.keys(exports[entry]!)).toEqual(["types", "default"]);
    expect({ bin, sideEffects, engines }).toEqual({
      bin: { tailgrad: "dist/cli.js" },
      sideEffects: false,
      engines: { node: ">=20.19" },
    });
  });

  test("publint finds nothing", async () => {
    const { messages, pkg } = await publint({ pkgDir: ".", strict: true, pack: false });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  test("are-the-types-wrong finds nothing, for importers by ESM", async () => {
    const { tarball } = pack(temporaryFolder());
    const checked = await checkPackage(createPackageFromTarballData(new Uint8Array(readFileSync(tarball))));
    if (!checked.types) throw new Error("no types were found");
    // Those who require() an ES module, and TypeScript older than `exports`, are not served.
    const problems = checked.problems.filter(
      (problem) => !("resolutionKind" in problem && /^node10$|^node16-cjs$/.test(problem.resolutionKind)),
    );
    expect(problems).toEqual([]);
    expect(Object.keys(checked.entrypoints)).toEqual([".", "./node", "./package.json"]);
  });

  test("holds what it needs and nothing of the workshop", () => {
    const { files } = pack(temporaryFolder());
    const needed = ["dist/index.js", "dist/node.js", "dist/cli.js", "dist/types/index.d.ts", "dist/types/node.d.ts"];
    expect(files).toEqual(expect.arrayContaining([...needed, "LICENSE", "README.md", "THIRD_PARTY_LICENSES.md"]));
    const strange = files.filter((file) => !/^(dist\/(index|node|cli)\.js|dist\/(chunks|types)\/|[^/]+$)/.test(file));
    expect(strange).toEqual([]);
    expect(files.filter((file) => /tfjs|jax|tinybench|\/cli\//.test(file))).toEqual([]);
  });

  test("its core imports no package and nothing of Node, its entry for Node imports Dawn only when it is needed", () => {
    const core = reached("dist/index.js");
    expect(core.packages).toEqual([]);
    for (const file of core.files) {
      const text = readFileSync(file, "utf8");
      expect(
        /["']node:[a-z/]+["']|["']webgpu["']|\brequire\(|\bprocess\.(?!env\b)/.exec(text)?.[0],
        file,
      ).toBeUndefined();
    }
    expect(reached("dist/node.js").packages).not.toContain("webgpu");
  });

  test("the command starts without what only some of its work needs", () => {
    const { packages } = reached("dist/cli.js");
    expect(packages).toContain("commander");
    expect(packages.filter((name) => /^(echarts|webgpu|@napi-rs|protobufjs|zrender)/.test(name))).toEqual([]);
  });
});
