/** Many starts of the command: each ends with the right exit code, and soon after its last word. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { start } from "../cli/built.ts";
import { writeIdxFolder } from "../cli/support.ts";
import type { Tally } from "../support/suite.ts";

/** From the last line that a command writes until its process is gone. */
const MOST_MS = 2000;

const DATA = ["--dataset", "mine", "--data-dir", "data", "--batch-size", "8", "--max-steps", "2"];

/** Command lines in an order in which each finds what it needs, with their exit codes. */
const CALLS: readonly (readonly [number, string])[] = [
  [0, "--version"],
  [0, "--help"],
  [0, `train gan --gan small_mlp_cgan_leaky ${DATA.join(" ")} --out g`],
  [0, `train cnn ${DATA.join(" ")} --out c`],
  [0, "doctor"],
  [2, "tarin"],
  [0, "generate --run g --out grid.png"],
  [0, "evaluate --run c --json"],
  [2, "train cnn --batch-size 0"],
  [0, "explain cnn"],
  [0, "train gan --help"],
  [2, "evaluate --run nowhere"],
  [0, `train cnn ${DATA.join(" ")} --out c`],
  [2, `train cnn ${DATA.join(" ")} --out c --seed 2`],
  [0, "explain cgan --wgsl 1"],
  [0, "data info --json"],
  [4, `train cnn ${DATA.join(" ")} --learning-rate 1e25 --max-steps 6 --out d`],
];

/** `n` starts, the command lines in turn. */
export async function starts(tally: Tally, n: number, say: (line: string) => void = () => {}): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "tailgrad-starts-"));
  let slowest = { ms: 0, line: "" };
  try {
    writeIdxFolder(join(folder, "data"), 4, 2);
    for (let i = 0; i < n; i++) {
      const [code, line] = CALLS[i % CALLS.length]!;
      await tally.check(`start ${i + 1}: ${line}`, async () => {
        let ms = Number.POSITIVE_INFINITY;
        // A crowded machine is slow now and then; a process that hangs always is.
        for (let tries = 0; tries < 3 && ms > MOST_MS; tries++) ms = await startOnce(folder, line, code);
        assert.ok(ms < MOST_MS, `${ms.toFixed(0)} ms from the last line to the prompt, three times`);
        if (ms > slowest.ms) slowest = { ms, line };
      });
      if (i % CALLS.length === CALLS.length - 1)
        for (const run of ["g", "c", "d"]) rmSync(join(folder, run), { recursive: true, force: true });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  say(`${n} starts; the longest way back to the prompt took ${slowest.ms.toFixed(0)} ms (${slowest.line})`);
}

/** Milliseconds from the last output to the end of the process. */
async function startOnce(folder: string, line: string, code: number): Promise<number> {
  const { child, ended } = start(folder, line.split(" "));
  let last = performance.now();
  let gone = last;
  const heard = () => {
    last = performance.now();
  };
  child.stdout!.on("data", heard);
  child.stderr!.on("data", heard);
  child.on("exit", () => {
    gone = performance.now();
  });
  const end = await ended;
  assert.equal(end.code, code, `exit code ${end.code}, not ${code}: ${end.stderr}`);
  return Math.max(0, gone - last);
}
