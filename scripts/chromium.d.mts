import type { System } from "./driver_advice.mjs";

/** The installed Chromium; `CHROMIUM` in the environment goes first, and "none" means none. */
export function findChromium(): string | undefined;

/** May the set-up install one? Only as root on Debian (Ubuntu's package is a stub), and not with CHROMIUM=none. */
export function canInstallChromium(system: Pick<System, "root" | "distribution">): boolean;

/** Installs Debian's Chromium. Returns null, or the text of what went wrong. */
export function installChromium(say: (line: string) => void): Promise<string | null>;
