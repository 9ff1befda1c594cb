import { describe, expect, test } from "vitest";
import { canInstallDriver, neededSuite, parseAptSources, suiteStanza } from "../../scripts/apt_driver.mjs";
import { debian12, debian13, other, ubuntu } from "./systems.ts";

describe("apt", () => {
  test("only root on Debian and Ubuntu installs by itself", () => {
    expect(canInstallDriver({ ...debian12, root: true })).toBe(true);
    expect(canInstallDriver({ ...ubuntu("24.04", "noble"), root: true })).toBe(true);
    expect(canInstallDriver(debian12)).toBe(false);
    expect(canInstallDriver({ ...other("linuxmint", ["ubuntu", "debian"]), root: true })).toBe(false);
  });

  test("only Debian 12 needs another suite", () => {
    expect(neededSuite(debian12)).toBe("bookworm-backports");
    expect(neededSuite(debian13)).toBeNull();
    expect(neededSuite(ubuntu("22.04", "jammy"))).toBeNull();
  });

  test("reads deb822 stanzas: several suites, comments, disabled ones, keys written out", () => {
    const text = [
      "# first",
      "Types: deb deb-src",
      "URIs: http://mirror.example/debian http://second.example/debian",
      "Suites: bookworm bookworm-updates",
      "Components: main",
      "Signed-By:",
      " -----BEGIN PGP PUBLIC KEY BLOCK-----",
      " .",
      "",
      "Enabled: no",
      "Types: deb",
      "URIs: http://mirror.example/debian",
      "Suites: bookworm-backports",
      "",
      "Types: deb-src",
      "URIs: http://mirror.example/debian",
      "Suites: bookworm-backports",
    ].join("\n");
    expect(parseAptSources({ path: "debian.sources", text })).toEqual([
      {
        uri: "http://mirror.example/debian",
        suites: ["bookworm", "bookworm-updates"],
        signedBy: "\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .",
      },
    ]);
  });

  test("reads one-line sources with and without options", () => {
    const text = [
      "# deb http://off.example/debian bookworm-backports main",
      "deb [arch=amd64 signed-by=/k.gpg] http://a.example/debian bookworm main contrib # comment",
      "deb http://b.example/debian bookworm-backports main",
      "deb-src http://b.example/debian sid main",
    ].join("\n");
    expect(parseAptSources({ path: "sources.list", text })).toEqual([
      { uri: "http://a.example/debian", suites: ["bookworm"], signedBy: "/k.gpg" },
      { uri: "http://b.example/debian", suites: ["bookworm-backports"], signedBy: "" },
    ]);
  });

  test("the stanza uses the release's own mirror and key, and Debian's where there is none", () => {
    const source = { uri: "http://a.example/debian", suites: ["bookworm"], signedBy: "/k.gpg" };
    const stanza = suiteStanza([source], "bookworm-backports");
    expect(parseAptSources({ path: "x.sources", text: stanza })).toEqual([
      { ...source, suites: ["bookworm-backports"] },
    ]);
    const fallback = parseAptSources({ path: "x.sources", text: suiteStanza([], "bookworm-backports") });
    expect(fallback[0]?.uri).toBe("http://deb.debian.org/debian");
    expect(suiteStanza([{ ...source, signedBy: "" }], "bookworm-backports")).not.toMatch(/Signed-By/);
  });
});
