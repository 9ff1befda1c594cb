import type { System } from "../../scripts/driver_advice.mjs";

/** Systems that the tests ask about: not root, no container, no GPU. */
export const debian12: System = {
  platform: "linux",
  arch: "x64",
  name: "Debian GNU/Linux 12 (bookworm)",
  distribution: "debian",
  family: ["debian"],
  version: "12",
  codename: "bookworm",
  glibc: "2.36",
  root: false,
  wsl: false,
  container: false,
  nvidia: false,
};
export const debian13: System = { ...debian12, version: "13", codename: "trixie", glibc: "2.41" };
export const ubuntu = (version: string, codename: string): System => ({
  ...debian12,
  name: `Ubuntu ${version} LTS`,
  distribution: "ubuntu",
  family: ["ubuntu", "debian"],
  version,
  codename,
  glibc: "2.39",
});
export const other = (distribution: string, family: string[]): System => ({
  ...debian12,
  name: distribution,
  distribution,
  family: [distribution, ...family],
  version: "1",
  codename: "",
});
