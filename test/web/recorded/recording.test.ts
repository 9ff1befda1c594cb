import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { type Recording, readRecording, recordingText } from "../../../src/web/recorded/recording.ts";
import { DEFAULTS } from "../../../src/web/settings.ts";

const images = Uint8Array.from({ length: 16 }, (_, i) => 17 * i);
const RECORDING: Recording = {
  adapter: "an adapter",
  date: "2026-01-02",
  settings: DEFAULTS,
  events: [
    { atMs: 5, event: { kind: "grid", step: 0, images } },
    { atMs: 9, event: { kind: "steps", step: 1, losses: [[0.5, 0.25]], stepsPerSecond: 2, bytesAlive: 3 } },
  ],
};

it("a recording comes back as it was, gzipped or not", async () => {
  const text = new TextEncoder().encode(recordingText(RECORDING));
  expect(await readRecording(text)).toEqual(RECORDING);
  expect(await readRecording(new Uint8Array(gzipSync(text)))).toEqual(RECORDING);
});

it("a damaged one is refused", async () => {
  await expect(readRecording(new TextEncoder().encode("{"))).rejects.toThrow("the recorded run: not valid JSON");
  await expect(readRecording(new TextEncoder().encode('{"format":9}'))).rejects.toThrow("format 9, must be 1");
});

it("the one that the page brings has both phases, pictures and measures, and is small", async () => {
  const file = readFileSync("src/web/public/recorded_run.gz");
  expect(file.length).toBeLessThan(400_000);
  const { events } = await readRecording(new Uint8Array(file));
  const kinds = events.map(({ event }) => (event.kind === "phase" ? event.phase : event.kind));
  expect(new Set(kinds)).toEqual(new Set(["gan", "cnn", "steps", "grid", "evaluation"]));
  expect(events.map(({ atMs }) => atMs)).toEqual(events.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
});
