/** What the set-up and `tailgrad doctor` need to know of a machine. */
export interface System {
  /** Node's name: linux, darwin, win32. */
  platform: string;
  /** Node's name: x64, arm64. */
  arch: string;
  /** For people: "Debian GNU/Linux 12 (bookworm)". */
  name: string;
  /** ID of os-release(5), "" outside Linux. */
  distribution: string;
  /** ID followed by ID_LIKE. */
  family: string[];
  /** VERSION_ID, "" for rolling distributions. */
  version: string;
  /** VERSION_CODENAME, or "". */
  codename: string;
  /** Version of the C library, null where it is musl or another. */
  glibc: string | null;
  root: boolean;
  wsl: boolean;
  container: boolean;
  /** An NVIDIA kernel driver is loaded. */
  nvidia: boolean;
}

/** The oldest glibc that Dawn's Linux binary (npm package `webgpu`) links against. */
export const MINIMUM_GLIBC: string;

/** Compares dotted versions number by number: `versionAtLeast("2.9", "2.34")` is false. */
export function versionAtLeast(version: string, minimum: string): boolean;

/** Reads the `KEY=value` lines of os-release(5); quotes are taken off, comments and other lines skipped. */
export function parseOsRelease(text: string): Record<string, string>;

/** Describes the machine that this process runs on. Never throws: what cannot be read is empty, null or false. */
export function readSystem(): System;

/** One line that says why Dawn's binary cannot be loaded on this system at all, or null where it can. */
export function platformObstacle(system: System): string | null;

/** What is to be done for a driver. */
export interface DriverAdvice {
  /** Shell commands in order. */
  install: string[];
  /** One line, or "". */
  note: string;
}

/**
 * How to get a driver that Dawn accepts on `system`: `install` holds shell commands in order (empty where no package
 * helps), `note` one line on what else matters there. Mesa's packages bring lavapipe, which runs on any CPU.
 */
export function driverAdvice(system: System): DriverAdvice;

/** The same where a software driver works: nothing to install, and how a GPU could be used, if the system has a say in that. */
export function hardwareAdvice(system: System): DriverAdvice;
