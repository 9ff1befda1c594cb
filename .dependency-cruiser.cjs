// The import rules of src/, checked by `npm run check:imports`.

const { builtinModules } = require("node:module");

/** From the top down; a file imports from its own floor and from those below. */
const FLOORS = ["(cli|web)", "experiments", "models", "data", "autograd", "kernels", "gpu"];

/** Floors that run unchanged in a browser, but for the files that NODE_ONLY names. */
const BROWSER_SAFE = "^src/(web|models|data|autograd|kernels|gpu)/|^src/(index|errors)[.]ts$";
const NODE_ONLY = "_node[.]ts$|^src/gpu/node[^/]*[.]ts$|^src/node[.]ts$";
/** Node runs these to build the page. */
const PAGE_BUILD = "^src/web/vite[^/]*[.]ts$";

/** What only Node has: its own modules, with and without the prefix, and Dawn. */
const NODE_MODULES = `^(node:.+|${builtinModules.join("|")})$|/node_modules/webgpu/|^node_modules/webgpu/`;

const floorRules = FLOORS.slice(1).map((floor, i) => ({
  name: `floor-${floor}`,
  comment: `src/${floor} imports only from its own floor and from below: ${FLOORS.join(" > ")} > errors.ts.`,
  severity: "error",
  from: { path: `^src/${floor}/` },
  to: { path: `^src/(${FLOORS.slice(0, i + 1).join("|")})/` },
}));

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "no-circular",
      comment:
        "A circle of imports, types included, means that two files are one subject: move what both need below them.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    ...floorRules,
    {
      name: "floor-errors",
      comment: "src/errors.ts is the ground floor and imports nothing.",
      severity: "error",
      from: { path: "^src/errors[.]ts$" },
      to: {},
    },
    {
      name: "no-entry-imports",
      comment: "src/index.ts and src/node.ts are for users of the package; inside, import the file itself.",
      severity: "error",
      from: { path: "^src/[^/]+/" },
      to: { path: "^src/(index|node)[.]ts$" },
    },
    {
      name: "browser-safe",
      comment: "This file must run in a browser: what needs Node or Dawn belongs in a *_node.ts or gpu/node*.ts file.",
      severity: "error",
      from: { path: BROWSER_SAFE, pathNot: `${NODE_ONLY}|${PAGE_BUILD}` },
      to: { path: `${NODE_MODULES}|${NODE_ONLY}` },
    },
    {
      name: "browser-safe-index",
      comment: "Nothing that src/index.ts reaches may need Node or Dawn; export such things from src/node.ts.",
      severity: "error",
      from: { path: "^src/index[.]ts$" },
      to: { path: `${NODE_MODULES}|${NODE_ONLY}`, reachable: true },
    },
    {
      name: "top-floors",
      comment: "The command and the page are two roofs over one house: neither imports from the other.",
      severity: "error",
      from: { path: "^src/(cli|web)/" },
      to: { path: "^src/(cli|web)/", pathNot: "^src/$1/" },
    },
    {
      name: "no-dev-packages",
      comment:
        "Users of the package do not have our devDependencies, but for what the build puts into dist/ (vite.config.ts); the page is bundled with its own.",
      severity: "error",
      from: { pathNot: "^src/web/" },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"], pathNot: "/(wgpu-matrix|idb-keyval)/" },
    },
    {
      name: "no-unresolvable",
      comment: "Nothing is found under this name: a typing error, or a package that package.json does not list.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules|^scripts/" },
    tsConfig: { fileName: "tsconfig.json" },
    // Type imports count: they couple files as much as the others do.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default", "types"] },
  },
};
