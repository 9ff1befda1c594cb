// Which system this is, whether Dawn's binary can run on it, and how to install a Vulkan driver there.
// Plain JavaScript with Node's own modules only: the set-up runs it before anything is installed or built.

import { existsSync, readFileSync } from "node:fs";

/** The oldest glibc that Dawn's Linux binary (npm package `webgpu`) links against. */
export const MINIMUM_GLIBC = "2.34";

/** Platforms that the npm package `webgpu` brings a binary for. */
const DAWN_PLATFORMS = ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64", "win32-x64", "win32-arm64"];

/** Compares dotted versions number by number: `versionAtLeast("2.9", "2.34")` is false. */
export function versionAtLeast(version, minimum) {
  const parts = version.replace(/^v/, "").split(".").map(Number);
  for (const [i, wanted] of minimum.split(".").map(Number).entries()) {
    const part = parts[i] || 0;
    if (part !== wanted) return part > wanted;
  }
  return true;
}

/** Reads the `KEY=value` lines of os-release(5); quotes are taken off, comments and other lines skipped. */
export function parseOsRelease(text) {
  const fields = {};
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*([A-Z][A-Z0-9_]*)=(.*?)\s*$/.exec(line);
    if (!match) continue;
    const quoted = /^(["'])(.*)\1$/.exec(match[2]);
    fields[match[1]] = quoted ? quoted[2].replace(/\\(["'$`\\])/g, "$1") : match[2];
  }
  return fields;
}

/** Describes the machine that this process runs on. Never throws: what cannot be read is empty, null or false. */
export function readSystem() {
  const linux = process.platform === "linux";
  const release = linux ? parseOsRelease(readText("/etc/os-release") || readText("/usr/lib/os-release")) : {};
  const id = release.ID ?? "";
  return {
    platform: process.platform,
    arch: process.arch,
    name: release.PRETTY_NAME || { darwin: "macOS", win32: "Windows" }[process.platform] || process.platform,
    distribution: id,
    family: [id, ...(release.ID_LIKE ?? "").split(/\s+/)].filter(Boolean),
    version: release.VERSION_ID ?? "",
    codename: release.VERSION_CODENAME ?? "",
    glibc: linux ? glibcVersion() : null,
    root: process.getuid?.() === 0,
    wsl: linux && /microsoft/i.test(readText("/proc/version")),
    container: linux && (existsSync("/.dockerenv") || existsSync("/run/.containerenv")),
    nvidia: linux && (existsSync("/dev/nvidiactl") || existsSync("/proc/driver/nvidia/version")),
  };
}

/** One line that says why Dawn's binary cannot be loaded on this system at all, or null where it can. */
export function platformObstacle(system) {
  const platform = `${system.platform}-${system.arch}`;
  if (!DAWN_PLATFORMS.includes(platform)) {
    return `the package webgpu (Dawn) has no binary for ${platform}; it has ${DAWN_PLATFORMS.join(", ")}.`;
  }
  if (system.platform !== "linux") return null;
  const wayOut = "Use a newer system or a container of one, such as node:22-trixie.";
  if (system.glibc === null) {
    return `Dawn's binary needs glibc ${MINIMUM_GLIBC} or newer, and ${system.name} has none (musl). ${wayOut}`;
  }
  if (versionAtLeast(system.glibc, MINIMUM_GLIBC)) return null;
  return `Dawn's binary needs glibc ${MINIMUM_GLIBC} or newer, and ${system.name} has ${system.glibc}. ${wayOut}`;
}

/**
 * How to get a driver that Dawn accepts on `system`: `install` holds shell commands in order (empty where no package
 * helps), `note` one line on what else matters there. Mesa's packages bring lavapipe, which runs on any CPU.
 */
export function driverAdvice(system) {
  const obstacle = platformObstacle(system);
  if (obstacle) return { install: [], note: obstacle };
  if (system.platform === "darwin") {
    return {
      install: [],
      note: "Metal is part of macOS, no driver is needed; a virtual machine must pass a GPU through.",
    };
  }
  if (system.platform === "win32") {
    return {
      install: [],
      note: "Direct3D 12 is part of Windows, no driver is needed; update Windows and the GPU's driver.",
    };
  }
  const { commands, note } = linuxPackages(system);
  const sudo = system.root ? "" : "sudo ";
  return {
    install: commands.map((command) => command.replaceAll("SUDO ", sudo)),
    note: [note, hardwareNote(system)].filter(Boolean).join(" "),
  };
}

/** The same where a software driver works: nothing to install, and how a GPU could be used, if the system has a say in that. */
export function hardwareAdvice(system) {
  const linux = system.platform === "linux" && !platformObstacle(system);
  return { install: [], note: linux ? hardwareNote(system) : driverAdvice(system).note };
}

function linuxPackages(system) {
  const is = (...names) => names.some((name) => system.family.includes(name));
  if (system.distribution === "debian" && system.version === "12") return debian12;
  if (is("debian", "ubuntu")) {
    const jammy = system.codename === "jammy" || (system.distribution === "ubuntu" && system.version === "22.04");
    return {
      commands: [
        "SUDO apt-get update",
        "SUDO apt-get install -y --no-install-recommends libvulkan1 mesa-vulkan-drivers",
      ],
      note: jammy ? "Should Dawn reject Mesa 23.2 of Ubuntu 22.04, upgrade to 24.04." : "",
    };
  }
  if (is("fedora", "rhel", "centos")) {
    return { commands: ["SUDO dnf install -y mesa-vulkan-drivers vulkan-loader"], note: "" };
  }
  if (is("arch")) return { commands: ["SUDO pacman -S --needed vulkan-icd-loader vulkan-swrast"], note: "" };
  if (is("suse", "opensuse")) return { commands: ["SUDO zypper install -y libvulkan1 libvulkan_lvp"], note: "" };
  return {
    commands: [],
    note: `Install the Vulkan loader and Mesa's Vulkan drivers (Mesa 23.2 or newer) for ${system.name}.`,
  };
}

const debian12 = {
  commands: [
    'echo "deb http://deb.debian.org/debian bookworm-backports main" | SUDO tee /etc/apt/sources.list.d/backports.list',
    "SUDO apt-get update",
    "SUDO apt-get install -y --no-install-recommends -t bookworm-backports libvulkan1 mesa-vulkan-drivers",
  ],
  note: "Dawn rejects Mesa 22.3 of Debian 12; the one from bookworm-backports works.",
};

/** What a person with a GPU should know; lavapipe alone would leave it idle. */
function hardwareNote(system) {
  if (system.container) {
    return "In a container the driver must be inside the image; for an NVIDIA GPU start it with --gpus all -e NVIDIA_DRIVER_CAPABILITIES=all.";
  }
  if (system.wsl) return "WSL hands no Vulkan GPU to Linux: run under Windows' own Node to use the GPU.";
  if (system.nvidia)
    return "This machine has an NVIDIA GPU: its Vulkan driver comes with NVIDIA's driver package (libnvidia-gl).";
  return "A GPU needs its own Vulkan driver: Mesa's for AMD and Intel, NVIDIA's own package for NVIDIA.";
}

function glibcVersion() {
  // Without this the report looks up the names of all open connections, which can take seconds.
  process.report.excludeNetwork = true;
  return process.report.getReport().header.glibcVersionRuntime ?? null;
}

function readText(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
