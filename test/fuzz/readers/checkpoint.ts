import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { readSafetensors, writeSafetensors } from "../../../src/data/safetensors.ts";
import { readCheckpoint, writeCheckpoint } from "../../../src/experiments/checkpoint_node.ts";
import { sha256Hex } from "../../../src/experiments/files_node.ts";
import { afterFirst, byteMutators, withFirst } from "../mutate.ts";
import { jsonMutators } from "../mutate_json.ts";
import type { Reader } from "../reader.ts";
import { scratchFolder } from "../scratch.ts";

/** In the order in which an input's first byte names them. */
const FILES = [
  "checkpoint.safetensors",
  "checkpoint.previous.safetensors",
  "checkpoint.json",
  "checkpoint.previous.json",
] as const;
/** Bits of the first byte, after the two that say which file the rest of the input is. */
const LISTED = 4;
const ALONE = 8;
const ONE_LIST = 16;

const state = (step: number) =>
  writeSafetensors([["weight", { dtype: "F32", shape: [2], data: Float32Array.of(step, 1) }]], { step: String(step) });
const text = (value: unknown) => new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
const listed = (...steps: readonly number[]) => ({
  generations: steps.map((step) => ({ step, sha256: sha256Hex(state(step)) })),
});
const contents = [state(2), state(1), text(listed(2, 1)), text(listed(1))];

export const checkpoint: Reader = {
  name: "checkpoint",
  names: "checkpoint",
  seeds: fc.nat(31).map((first) => withFirst(first, contents[first & 3]!)),
  mutators: [...new Array(3).fill(afterFirst(byteMutators)), afterFirst(jsonMutators), afterFirst(jsonMutators)],
  open() {
    const { path: folder, remove } = scratchFolder();
    const paths = FILES.map((file) => join(folder, file));
    writeCheckpoint(folder, "checkpoint", 1, state(1));
    writeCheckpoint(folder, "checkpoint", 2, state(2));
    const intact = paths.map((path) => readFileSync(path));
    return {
      read(input) {
        const [first = 0] = input;
        const content = input.subarray(1);
        const which = first & 3;
        const files: (Uint8Array | undefined)[] = [...intact];
        files[which] = content;
        if (first & ALONE) files[which ^ 1] = undefined;
        if (first & LISTED && which < 2) {
          files[2] = text({ generations: [{ step: 7, sha256: sha256Hex(content) }, ...listed(2, 1).generations] });
        }
        if (first & ONE_LIST) files[3] = undefined;
        for (const [i, path] of paths.entries()) {
          const file = files[i];
          if (file === undefined) rmSync(path, { force: true });
          else writeFileSync(path, file);
        }
        const warnings: string[] = [];
        const found = readCheckpoint(folder, "checkpoint", (warning) => warnings.push(warning));
        for (const warning of warnings) assert.match(warning, /^[^\p{Cc}]{1,1000}$/u);
        assert.ok(found !== undefined, "there are files");
        assert.ok(Number.isSafeInteger(found.step) && found.step >= 0);
        const same = [files[0], files[1]].some((file) => file !== undefined && Buffer.compare(file, found.bytes) === 0);
        assert.ok(same, "the bytes of one of the two files");
        const lists = [files[2], files[3]].map((file) => new TextDecoder().decode(file ?? new Uint8Array(0))).join();
        assert.ok(lists.includes(sha256Hex(found.bytes)), "a checksum that is listed");
        // What was listed may still be no checkpoint; then its own reader says so.
        readSafetensors(found.bytes, join(folder, "checkpoint"));
      },
      close: remove,
    };
  },
};
