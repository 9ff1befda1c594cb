import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { afterAll, expect, it } from "vitest";
import { wgslPlugin } from "../../wgsl_plugin.ts";

const folder = mkdtempSync(join(tmpdir(), "tailgrad-bundle-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const KIB = 1024;

function gzippedBytes(files: readonly string[]): number {
  return files.reduce((total, file) => total + gzipSync(readFileSync(file), { level: 9 }).length, 0);
}

it("the core of the library is below 120 KB gzipped", async () => {
  const outDir = join(folder, "core");
  await build({
    configFile: false,
    logLevel: "error",
    plugins: [wgslPlugin()],
    build: { target: "es2022", outDir, lib: { entry: "src/index.ts", formats: ["es"], fileName: () => "index.js" } },
  });
  expect(gzippedBytes([join(outDir, "index.js")])).toBeLessThan(120 * KIB);
});

it("the page is below 500 KB gzipped, data and the charts of dropped folders aside, and needs nothing of Node", async () => {
  const outDir = join(folder, "page");
  await build({ configFile: "src/web/vite.config.ts", logLevel: "error", build: { outDir } });
  const assets = readdirSync(join(outDir, "assets")).map((name) => join(outDir, "assets", name));
  const pages = ["index.html", "report.html"].map((name) => join(outDir, name));
  // Loaded when somebody drops a run folder: the report with its charts' library.
  const onRequest = assets.filter((file) => /\/folder_report-/.test(file));
  expect(onRequest).toHaveLength(1);
  expect(gzippedBytes(onRequest)).toBeLessThan(240 * KIB);
  expect(gzippedBytes([...assets.filter((file) => !onRequest.includes(file)), ...pages])).toBeLessThan(500 * KIB);
  for (const file of assets) expect(readFileSync(file, "utf8"), file).not.toContain("__vite-browser-external");
  const policy =
    /http-equiv="Content-Security-Policy"\s+content="([^"]+)"/.exec(readFileSync(pages[0]!, "utf8"))?.[1] ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
});
