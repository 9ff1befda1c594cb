import { afterEach, expect, it, vi } from "vitest";
import { canInstallChromium, findChromium } from "../../scripts/chromium.mjs";

afterEach(() => vi.unstubAllEnvs());

it("CHROMIUM names the browser, and none means none", () => {
  vi.stubEnv("CHROMIUM", process.execPath);
  expect(findChromium()).toBe(process.execPath);
  vi.stubEnv("CHROMIUM", "none");
  expect(findChromium()).toBeUndefined();
});

it("is installed only as root, on Debian, and not against the user's word", () => {
  vi.stubEnv("CHROMIUM", undefined);
  expect(canInstallChromium({ root: true, distribution: "debian" })).toBe(true);
  expect(canInstallChromium({ root: false, distribution: "debian" })).toBe(false);
  expect(canInstallChromium({ root: true, distribution: "ubuntu" })).toBe(false);
  vi.stubEnv("CHROMIUM", "none");
  expect(canInstallChromium({ root: true, distribution: "debian" })).toBe(false);
});
