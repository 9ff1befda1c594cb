import { chmodSync, existsSync, readdirSync, rmSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { wgslPlugin } from "./wgsl_plugin.ts";

/** npm makes a command executable when it installs it; each build writes the file anew. */
const executable: Plugin = {
  name: "executable",
  writeBundle({ dir }, bundle) {
    if (dir && bundle["cli.js"]) chmodSync(join(dir, "cli.js"), 0o755);
  },
};

/** Folders that `npm run build` writes into dist; the others there, dist/web or dist/bench, are of builds of their own. */
const OWN_FOLDERS = ["chunks", "types"];

/** Empties the folder that a build writes to, but for the folders of other builds in it. */
const emptied: Plugin = {
  name: "emptied",
  apply: "build",
  renderStart({ dir }) {
    if (!dir || !existsSync(dir)) return;
    for (const entry of readdirSync(dir, { withFileTypes: true })) {
      if (entry.isFile() || OWN_FOLDERS.includes(entry.name)) rmSync(join(dir, entry.name), { recursive: true });
    }
  },
};

/** One build for the library (index, node) and the command (cli). Packages stay imports, but for what the core needs: it runs in browsers as it is. */
export default defineConfig({
  plugins: [wgslPlugin(), emptied, executable],
  // tfjs, the benchmark's rival, does not load in Node with its gradients unless it is bundled (bench/rivals/tfjs_modules.ts).
  ssr: { noExternal: ["wgpu-matrix", "idb-keyval", /^@tensorflow\//, "seedrandom", "long"] },
  build: {
    target: "es2022",
    outDir: "dist",
    emptyOutDir: false,
    minify: false,
    ssr: true,
    rolldownOptions: {
      input: { index: "src/index.ts", node: "src/node.ts", cli: "src/cli/main.ts" },
      external: [/^node:/, ...builtinModules],
      output: { entryFileNames: "[name].js", chunkFileNames: "chunks/[name]-[hash].js" },
    },
  },
  test: {
    include: ["test/**/*.test.ts"],
    // One worker at a time per core: each opens its own device.
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
