import { describe, expect, test } from "vitest";
import {
  driverAdvice,
  parseOsRelease,
  platformObstacle,
  readSystem,
  type System,
  versionAtLeast,
} from "../../scripts/driver_advice.mjs";
import { debian12, debian13, other, ubuntu } from "./systems.ts";

describe("versionAtLeast", () => {
  test.each([
    ["20.19.0", "20.19", true],
    ["v20.19", "20.19.0", true],
    ["20.18.9", "20.19", false],
    ["22.0.0", "20.19", true],
    ["18.20.4", "20.19", false],
    ["2.9", "2.34", false],
    ["2.34", "2.34", true],
    ["2.100", "2.34", true],
  ])("%s against %s: %s", (version, minimum, expected) => {
    expect(versionAtLeast(version, minimum)).toBe(expected);
  });
});

describe("parseOsRelease", () => {
  test("takes quotes off and skips comments, blank and broken lines", () => {
    const text = `# comment\nID=debian\nPRETTY_NAME="Debian \\"12\\""\r\n\nVERSION_ID='12'\nnonsense\nEMPTY=\nID_LIKE="a b"\n`;
    expect(parseOsRelease(text)).toEqual({
      ID: "debian",
      PRETTY_NAME: 'Debian "12"',
      VERSION_ID: "12",
      EMPTY: "",
      ID_LIKE: "a b",
    });
  });

  test("an empty text has no fields", () => expect(parseOsRelease("")).toEqual({}));
});

test("readSystem describes this machine", () => {
  const system = readSystem();
  expect(system.platform).toBe(process.platform);
  expect(system.arch).toBe(process.arch);
  expect(system.name).not.toBe("");
  if (process.platform !== "linux") expect(system.glibc).toBeNull();
});

describe("platformObstacle", () => {
  test("none on a system that Dawn has a binary for", () => {
    expect(platformObstacle(debian12)).toBeNull();
    expect(platformObstacle({ ...debian12, arch: "arm64", glibc: "2.34" })).toBeNull();
    expect(platformObstacle({ ...debian12, platform: "darwin", glibc: null })).toBeNull();
  });

  test("musl, an old glibc and an unknown processor are named with the way out", () => {
    const alpine = { ...other("alpine", []), name: "Alpine Linux v3.22", glibc: null };
    expect(platformObstacle(alpine)).toMatch(
      /glibc 2\.34 or newer, and Alpine Linux v3\.22 has none \(musl\)\. Use a newer/,
    );
    expect(platformObstacle({ ...debian12, glibc: "2.31" })).toMatch(/has 2\.31\. Use a newer system/);
    expect(platformObstacle({ ...debian12, arch: "riscv64" })).toMatch(/no binary for linux-riscv64; it has linux-x64/);
  });
});

describe("driverAdvice", () => {
  const install = (system: System) => driverAdvice(system).install;

  test("Debian 12 needs backports", () => {
    expect(install(debian12)).toEqual([
      'echo "deb http://deb.debian.org/debian bookworm-backports main" | sudo tee /etc/apt/sources.list.d/backports.list',
      "sudo apt-get update",
      "sudo apt-get install -y --no-install-recommends -t bookworm-backports libvulkan1 mesa-vulkan-drivers",
    ]);
    expect(driverAdvice(debian12).note).toMatch(/^Dawn rejects Mesa 22\.3/);
  });

  test("root needs no sudo", () => {
    expect(install({ ...debian12, root: true }).join("\n")).not.toMatch(/sudo/i);
  });

  test.each([
    ["Debian 13", debian13],
    ["Ubuntu 24.04", ubuntu("24.04", "noble")],
    ["Linux Mint", other("linuxmint", ["ubuntu", "debian"])],
  ])("%s takes its own packages", (_name, system) => {
    expect(install(system)).toEqual([
      "sudo apt-get update",
      "sudo apt-get install -y --no-install-recommends libvulkan1 mesa-vulkan-drivers",
    ]);
  });

  test("Ubuntu 22.04 is told what to do should its Mesa be refused", () => {
    expect(driverAdvice(ubuntu("22.04", "jammy")).note).toMatch(/upgrade to 24\.04/);
    expect(driverAdvice(ubuntu("24.04", "noble")).note).not.toMatch(/24\.04/);
  });

  test.each([
    ["fedora", [], "sudo dnf install -y mesa-vulkan-drivers vulkan-loader"],
    ["rocky", ["rhel", "centos", "fedora"], "sudo dnf install -y mesa-vulkan-drivers vulkan-loader"],
    ["arch", [], "sudo pacman -S --needed vulkan-icd-loader vulkan-swrast"],
    ["opensuse-tumbleweed", ["opensuse", "suse"], "sudo zypper install -y libvulkan1 libvulkan_lvp"],
  ])("%s", (distribution, family, command) => {
    expect(install(other(distribution, family))).toEqual([command]);
  });

  test("no commands, but a note, where no package helps", () => {
    const systems: [System, RegExp][] = [
      [{ ...debian12, platform: "darwin", glibc: null }, /Metal is part of macOS/],
      [{ ...debian12, platform: "win32", glibc: null }, /Direct3D 12 is part of Windows/],
      [{ ...other("alpine", []), glibc: null }, /musl/],
      [other("void", []), /Install the Vulkan loader/],
    ];
    for (const [system, note] of systems) {
      expect(install(system)).toEqual([]);
      expect(driverAdvice(system).note).toMatch(note);
    }
  });

  test("containers, WSL and NVIDIA machines get their own hint", () => {
    expect(driverAdvice({ ...debian13, container: true }).note).toMatch(/NVIDIA_DRIVER_CAPABILITIES/);
    expect(driverAdvice({ ...debian13, wsl: true }).note).toMatch(/^WSL/);
    expect(driverAdvice({ ...debian13, nvidia: true }).note).toMatch(/libnvidia-gl/);
  });

  test("every note is one line", () => {
    for (const system of [debian12, debian13, ubuntu("22.04", "jammy"), other("arch", []), other("void", [])]) {
      expect(driverAdvice(system).note).not.toMatch(/\n/);
    }
  });
});
