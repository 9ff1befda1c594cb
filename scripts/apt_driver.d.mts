import type { System } from "./driver_advice.mjs";

/** One enabled source of binary packages; `signedBy` is a path, a key block, or "". */
export interface AptSource {
  uri: string;
  suites: string[];
  signedBy: string;
}

/** Can `installDriver` do anything here? */
export function canInstallDriver(system: System): boolean;

/** The suite that must be used instead of the system's own, or null. */
export function neededSuite(system: System): string | null;

/** Installs the packages; `say` gets one line per step. Returns null, or the text of what went wrong. */
export function installDriver(system: System, say: (line: string) => void): Promise<string | null>;

/** Updates the lists and installs packages. Returns null, or the text of what went wrong. */
export function installPackages(
  wanted: { packages: readonly string[]; suite: string | null; what: string; size: string },
  say: (line: string) => void,
): Promise<string | null>;

/** The enabled binary sources of one file, in the one-line form (.list) or in deb822 (.sources). */
export function parseAptSources(file: { path: string; text: string }): AptSource[];

/** A deb822 stanza for `suite`, from the mirror and with the key of the release that it belongs to. */
export function suiteStanza(sources: AptSource[], suite: string): string;
