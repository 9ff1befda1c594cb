// The Chromium that the page's tests and its benchmark use: where it is, and how Debian gets one.
// Node's own modules only: the set-up runs it before anything is installed.

import { existsSync } from "node:fs";
import { installPackages } from "./apt_driver.mjs";

const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:/Program Files/Google/Chrome/Application/chrome.exe",
];

/** The installed Chromium; `CHROMIUM` in the environment goes first, and "none" means none. */
export function findChromium() {
  if (process.env.CHROMIUM === "none") return undefined;
  return [process.env.CHROMIUM ?? "", ...PLACES].find((path) => path !== "" && existsSync(path));
}

/** May the set-up install one? Only as root on Debian (Ubuntu's package is a stub), and not with CHROMIUM=none. */
export function canInstallChromium(system) {
  return system.root && system.distribution === "debian" && process.env.CHROMIUM !== "none";
}

/** Installs Debian's Chromium. Returns null, or the text of what went wrong. */
export function installChromium(say) {
  return installPackages({ packages: ["chromium"], suite: null, what: "browser", size: "400 MB" }, say);
}
