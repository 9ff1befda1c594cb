import { readFileSync } from "node:fs";
import { relative } from "node:path";
import type { Plugin } from "vite";

/** Lets `import kernel from "./name.wgsl"` give `{ file, code }`: the text and the path that error messages name. */
export function wgslPlugin(): Plugin {
  return {
    name: "wgsl",
    enforce: "pre",
    load(id) {
      if (!id.endsWith(".wgsl")) return null;
      const source = { file: relative(process.cwd(), id).replaceAll("\\", "/"), code: readFileSync(id, "utf8") };
      this.addWatchFile(id);
      return { code: `export default ${JSON.stringify(source)};`, moduleType: "js" };
    },
  };
}
