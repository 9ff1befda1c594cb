// Writes THIRD_PARTY_LICENSES.md: every package that users of tailgrad install, and what its developers install by name.
//
//   node scripts/licences.mjs

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** What the list is kept in, beside package.json. */
export const LICENCE_FILE = "THIRD_PARTY_LICENSES.md";

/** Development packages whose code stands in dist/ itself (vite.config.ts), so that their terms go with it. */
const BUNDLED = ["idb-keyval", "wgpu-matrix"];

/** Each of these packages once per version, by name: those that users install, and the direct development dependencies. */
export function licencesOf(root) {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const direct = Object.keys(packages[""].devDependencies ?? {});
  const installed = Object.entries(packages).filter(([path]) => path !== "");
  const rows = (entries) => {
    const found = entries.map(([path, locked]) => ({
      name: path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length),
      version: locked.version,
      licence: licenceOf(join(root, path), locked),
    }));
    const unique = new Map(found.map((row) => [`${row.name} ${row.version}`, row]));
    return [...unique.values()].sort((a, b) => compare(a.name, b.name) || compare(a.version, b.version));
  };
  return {
    production: rows(installed.filter(([, { dev, devOptional }]) => !dev && !devOptional)),
    development: rows(installed.filter(([path]) => direct.some((name) => path === `node_modules/${name}`))),
    bundled: BUNDLED.map((name) => ({ name, text: termsOf(join(root, "node_modules", name)) })),
  };
}

/** The text of the list. */
export function licenceText({ production, development, bundled }) {
  const table = (rows) =>
    ["| package | version | licence |", "|---|---|---|"]
      .concat(rows.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |`))
      .join("\n");
  return `# Third-party licences

Written by \`node scripts/licences.mjs\` from package-lock.json and the packages themselves.

## What users install

${table(production)}

## What stands in dist/ itself

${bundled.map(({ name, text }) => `${name}:\n\n\`\`\`text\n${text}\n\`\`\``).join("\n\n")}

## What developers install besides, by name

${table(development)}
`;
}

/** As the package itself says; a package for another platform is not there, and the lock file answers for it. */
function licenceOf(folder, locked) {
  const path = join(folder, "package.json");
  const { license, licenses } = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : locked;
  const all = [license ?? licenses ?? "unknown"].flat();
  return all.map((one) => (typeof one === "string" ? one : one.type)).join(" OR ");
}

function termsOf(folder) {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  if (!file) throw new Error(`${folder}: has no licence file`);
  return readFileSync(join(folder, file), "utf8").replaceAll("\r", "").trim();
}

function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const root = join(dirname(fileURLToPath(import.meta.url)), "..");
  writeFileSync(join(root, LICENCE_FILE), licenceText(licencesOf(root)));
}
