import { builtinModules } from "node:module";
import { defineConfig } from "vitest/config";
import { wgslPlugin } from "./wgsl_plugin.ts";

/** One build for the library (index, node) and the command (cli); packages stay imports. */
export default defineConfig({
  plugins: [wgslPlugin()],
  build: {
    target: "es2022",
    outDir: "dist",
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
