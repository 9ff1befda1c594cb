import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { wgslPlugin } from "../../wgsl_plugin.ts";

// As `npm run web:build` does; under the name that Vitest gives it, packages keep the messages of their development.
beforeAll(() => void vi.stubEnv("NODE_ENV", "production"));
afterAll(() => void vi.unstubAllEnvs());

const folder = mkdtempSync(join(tmpdir(), "tailgrad-bundle-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

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
  expect(gzippedBytes([join(outDir, "index.js")])).toBeLessThan(120_000);
});

it("the page is below 500 KB gzipped: every script, style and page of it, charts on request too; and needs nothing of Node", async () => {
  const outDir = join(folder, "page");
  await build({ configFile: "src/web/vite.config.ts", logLevel: "error", build: { outDir } });
  const built = readdirSync(outDir, { recursive: true, encoding: "utf8" }).map((name) => join(outDir, name));
  const page = built.filter((file) => /\.(js|css|html)$/.test(file));
  // What else lies there is data: the recorded run, the icon, and the sources as texts that links lead to.
  const rest = built.filter((file) => !page.includes(file) && statSync(file).isFile());
  expect(rest.filter((file) => !/(\/recorded_run\.gz|\/icon\.svg|\.txt)$/.test(file))).toEqual([]);
  expect(page.filter((file) => /\/folder_report-/.test(file))).toHaveLength(1);
  expect(gzippedBytes(page)).toBeLessThan(500_000);
  const assets = page.filter((file) => file.endsWith(".js"));
  for (const file of assets) expect(readFileSync(file, "utf8"), file).not.toContain("__vite-browser-external");
  const policy =
    /http-equiv="Content-Security-Policy"\s+content="([^"]+)"/.exec(
      readFileSync(join(outDir, "index.html"), "utf8"),
    )?.[1] ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
});
