import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

/** Puts every file of src beside the page as text, `src/gpu/device.ts.txt`: what the page's links to sources lead to. */
export function sourceTexts(root: string): Plugin {
  const files = () =>
    readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
      .map((name) => `src/${name.replaceAll("\\", "/")}`)
      .filter((name) => /\.(ts|tsx|wgsl|css|html)$/.test(name));
  return {
    name: "source-texts",
    generateBundle() {
      for (const file of files()) {
        this.emitFile({ type: "asset", fileName: `${file}.txt`, source: readFileSync(join(root, file)) });
      }
    },
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const name = decodeURIComponent((request.url ?? "").slice(1).replace(/\?.*$/, ""));
        const file = files().find((candidate) => `${candidate}.txt` === name);
        if (!file) return next();
        response.setHeader("Content-Type", "text/plain; charset=utf-8");
        response.end(readFileSync(join(root, file)));
      });
    },
  };
}

/** Vite's development server puts styles into the page itself: the policy allows that there, and only there. */
export function developmentPolicy(): Plugin {
  return {
    name: "development-policy",
    apply: "serve",
    transformIndexHtml: (page) => page.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'"),
  };
}
