import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { wgslPlugin } from "../../wgsl_plugin.ts";

/** The benchmark's page, with tailgrad and its rivals. */
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  plugins: [wgslPlugin()],
  build: {
    target: "es2022",
    outDir: fileURLToPath(new URL("../../dist/bench_page", import.meta.url)),
    emptyOutDir: true,
    minify: false,
    chunkSizeWarningLimit: 10_000,
  },
});
