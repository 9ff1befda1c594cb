/** More memory than there is: an error that says how much was asked for and what to change. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { IDX_STEMS } from "../../src/data/idx_catalog.ts";
import { call } from "../cli/built.ts";
import { KINDS, type Kind, lastLine, type Site } from "../support/runs.ts";
import type { Tally } from "../support/suite.ts";
import { EVERY, expectRecovery, type Failure, strike } from "./recovery.ts";

const PRELOAD = `--import=${pathToFileURL(resolve("test/crash/starve_memory.mjs")).href}`;
const NO_MEMORY: Failure = {
  code: 3,
  message:
    /^error: .+: out of GPU memory asking for \d+ bytes on .+ \(\d+ bytes in use\); use a smaller batch or size; see `npx tailgrad train \w+ --help`$/,
};
/** A run makes about so many. */
const BUFFERS = 60;
/** 4 GB for the first convolution's result, nearly the largest that a kernel addresses. */
const BATCH = 40_000;

/** A batch beyond the adapter's limits through the command, and a driver that has no memory left. */
export async function outOfMemory(tally: Tally, site: Site, n: number, kinds: readonly Kind[] = KINDS): Promise<void> {
  await tally.check(`a batch of ${BATCH}`, () => expectBatchRefused(site));
  await strike(tally, n, kinds, (kind) => {
    const at = site.integer(1, BUFFERS);
    const run = site.newRun();
    const env = { NODE_OPTIONS: PRELOAD, STARVE_AT: String(at) };
    return {
      what: `no memory for buffer ${at}`,
      run: async () => expectRecovery(site, kind, run, await site.train(kind, run, EVERY, env).ended, NO_MEMORY),
    };
  });
  site.say(`out of memory at a large batch and at ${n} buffers`);
}

async function expectBatchRefused(site: Site): Promise<void> {
  writeBlankImages(join(site.folder, "blank"));
  const size = ["--batch-size", String(BATCH), "--max-steps", "1"];
  const data = ["--dataset", "blank", "--data-dir", "blank"];
  const end = await call(site.folder, "train", "cnn", ...data, ...size, "--out", "b");
  assert.equal(end.code, 3, `exit code ${end.code}: ${lastLine(end)}`);
  const message =
    /^error: \S+: needs a buffer of (\d+) bytes, but .+ allows (\d+); use a smaller batch or size; see `npx tailgrad train \w+ --help`$/;
  const [, needed, allowed] = message.exec(lastLine(end)) ?? [];
  assert.ok(Number(needed) > Number(allowed), `no such error: ${lastLine(end)}`);
}

function writeBlankImages(folder: string): void {
  mkdirSync(folder);
  for (const [part, items] of [
    ["train", BATCH],
    ["test", 10],
  ] as const) {
    const images = Buffer.alloc(16 + items * 784);
    [0x803, items, 28, 28].forEach((value, i) => {
      images.writeUInt32BE(value, 4 * i);
    });
    const labels = Buffer.alloc(8 + items);
    [0x801, items].forEach((value, i) => {
      labels.writeUInt32BE(value, 4 * i);
    });
    for (let i = 0; i < items; i++) labels[8 + i] = i % 10;
    writeFileSync(join(folder, IDX_STEMS[`${part}Images`]), images);
    writeFileSync(join(folder, IDX_STEMS[`${part}Labels`]), labels);
  }
}
