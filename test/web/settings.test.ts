import { expect, it } from "vitest";
import { DEFAULTS, readAddress, type Settings, settingsQuery } from "../../src/web/settings.ts";

const ADDRESS: Settings = {
  data: "mnist",
  imbalance: "7/9",
  gan: "dccgan_leaky",
  fill: "downsampled",
  loss: "paper",
  seed: 7,
  batch: 64,
  ganSteps: 9,
  cnnSteps: 8,
};

const queryOf = (settings: Settings) =>
  new URLSearchParams(
    Object.entries(settingsQuery(settings)).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );

it("every setting goes into the address and comes back", () => {
  expect(readAddress(queryOf(ADDRESS))).toEqual({ settings: ADDRESS, refused: [] });
});

it("defaults leave the address empty", () => {
  expect(queryOf(DEFAULTS).toString()).toBe("");
  expect(readAddress(new URLSearchParams())).toEqual({ settings: DEFAULTS, refused: [] });
});

it.each([
  "data=../../etc/passwd",
  "imbalance=0",
  "imbalance=2",
  "imbalance=%3Cscript%3E",
  "gan=__proto__",
  "fill=constructor",
  "seed=-1",
  "seed=1e3",
  "seed=99999999",
  "batch=0",
  "batch=9999",
  "gan-steps=0",
  "cnn-steps=1.5",
])("what cannot be meant is the default's, and is named: %s", (text) => {
  const [key] = text.split("=");
  expect(readAddress(new URLSearchParams(text))).toEqual({ settings: DEFAULTS, refused: [key] });
});
