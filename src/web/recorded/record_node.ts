// Records the run that browsers without WebGPU replay: npm run web:record

import { writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { garments } from "../../data/garments.ts";
import { openNodeDevice } from "../../gpu/node_dawn.ts";
import { DEFAULTS, type Settings } from "../settings.ts";
import type { TrainingEvent } from "../worker/training/events.ts";
import { TrainingSession } from "../worker/training/session.ts";
import { type Recording, recordingText } from "./recording.ts";

const FILE = "src/web/public/recorded_run.gz";
/** Steps at which a picture is kept: often while it changes fast. */
const PICTURES = [0, 10, 25, 50, 100, 200, 400, 800, 1200, 1800, 2400, 3000];
const SETTINGS: Settings = { ...DEFAULTS, ganSteps: 3000, cnnSteps: 200 };

const device = await openNodeDevice();
const began = performance.now();
const events: { atMs: number; event: TrainingEvent }[] = [];
const pictures = new Map<number, { atMs: number; event: TrainingEvent }>();
const tell = (event: TrainingEvent): void => {
  const told = { atMs: performance.now() - began, event };
  if (event.kind !== "grid") events.push(told);
  else if (PICTURES.includes(event.step)) pictures.set(event.step, told);
};
const session = await TrainingSession.create(device, garments(), SETTINGS);
const common = {
  turn: <R>(work: () => Promise<R>) => work(),
  tell,
  keep: () => {},
  signal: new AbortController().signal,
};
await session.introduce(common);
for (const [i, step] of PICTURES.slice(1).entries()) {
  await session.run({ ...common, steps: step - PICTURES[i]! });
  process.stderr.write(`step ${step}\n`);
}
await session.run(common);
const { name } = device.adapter;
session.destroy();
device.destroy();
const recording: Recording = {
  adapter: name,
  date: new Date().toISOString().slice(0, 10),
  settings: SETTINGS,
  events: [...events, ...pictures.values()].sort((a, b) => a.atMs - b.atMs),
};
const bytes = gzipSync(recordingText(recording), { level: 9 });
writeFileSync(FILE, bytes);
process.stdout.write(`${FILE}: ${bytes.length} bytes\n`);
