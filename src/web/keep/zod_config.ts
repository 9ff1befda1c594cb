// What the page sets of zod before the first schema is made; a module of its own, so that no more of zod comes with it.
export { config } from "zod/mini";
export { default as en } from "zod/v4/locales/en.js";
