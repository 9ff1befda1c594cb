import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";
import { IDX_STEMS, KNOWN_DATASETS } from "../data/idx_catalog.ts";
import { datasetCacheDir } from "../data/load_node.ts";

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

/** Serves the data sets that `tailgrad data fetch` put into its cache as `data/NAME/`, where the page looks for them. */
export function cachedDatasets(): Plugin {
  const found = new Map(
    [...KNOWN_DATASETS.keys()].flatMap((name) =>
      Object.values(IDX_STEMS).map((stem) => [`data/${name}/${stem}.gz`, join(datasetCacheDir(name), `${stem}.gz`)]),
    ),
  );
  return {
    name: "cached-datasets",
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const file = found.get((request.url ?? "").slice(1));
        if (!file || !existsSync(file)) return next();
        response.setHeader("Content-Type", "application/octet-stream");
        response.end(readFileSync(file));
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
