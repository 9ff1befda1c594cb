import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { wgslPlugin } from "../../wgsl_plugin.ts";
import { cachedDatasets, developmentPolicy, sourceTexts } from "./vite_plugins.ts";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The page: `npm run web` serves it, `npm run web:build` makes dist/web, which works below any address. */
export default defineConfig({
  root: at("."),
  base: "./",
  plugins: [wgslPlugin(), sourceTexts(at("../..")), cachedDatasets(), developmentPolicy()],
  worker: { format: "es", plugins: () => [wgslPlugin()] },
  server: { fs: { allow: [at("../..")] } },
  build: {
    target: "es2022",
    outDir: at("../../dist/web"),
    emptyOutDir: true,
    // The policy forbids what would be written into the page.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: { index: at("index.html"), report: at("report.html") } },
  },
});
