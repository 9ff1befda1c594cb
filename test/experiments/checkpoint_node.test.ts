import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { DataError } from "../../src/errors.ts";
import { type Checkpoint, readCheckpoint, writeCheckpoint } from "../../src/experiments/checkpoint_node.ts";
import { operationsOf, systemError, withFault } from "./failing_fs.ts";
import { temporaryFolder } from "./temporary_folder.ts";

vi.mock("node:fs", async (original) => (await import("./failing_fs.ts")).failingFs(await original()));

const bytesAt = (step: number) => new TextEncoder().encode(`state at step ${step}`);
const write = (folder: string, step: number) => writeCheckpoint(folder, "checkpoint", step, bytesAt(step));

function read(folder: string): { checkpoint: Checkpoint | undefined; warnings: string[] } {
  const warnings: string[] = [];
  const checkpoint = readCheckpoint(folder, "checkpoint", (message) => warnings.push(message));
  if (checkpoint !== undefined) expect(new Uint8Array(checkpoint.bytes)).toEqual(bytesAt(checkpoint.step));
  return { checkpoint, warnings };
}

/** Writes step `step` and dies at the n-th change of the disk: nothing later happens, clean-up included. */
function writeKilledAt(folder: string, step: number, n: number): boolean {
  let changes = 0;
  const before = () => {
    if (++changes >= n) throw new Error("killed");
  };
  try {
    withFault({ before, writes: (length) => Math.ceil(length / 2) }, () => write(folder, step));
    return false;
  } catch {
    return true;
  }
}

describe("checkpoints", () => {
  it("are none at first, then the newest, with the one before kept", () => {
    const folder = temporaryFolder();
    expect(read(folder)).toEqual({ checkpoint: undefined, warnings: [] });
    for (const step of [1, 2, 3]) write(folder, step);
    expect(read(folder)).toMatchObject({ checkpoint: { step: 3 }, warnings: [] });
    expect(new Uint8Array(readFileSync(join(folder, "checkpoint.previous.safetensors")))).toEqual(bytesAt(2));
    expect(readdirSync(folder).sort()).toEqual([
      "checkpoint.json",
      "checkpoint.previous.json",
      "checkpoint.previous.safetensors",
      "checkpoint.safetensors",
    ]);
  });

  it.each([0, 1, 2, 5])("can be read after a kill between any two operations, with %i written before", (written) => {
    for (let n = 1; ; n++) {
      const folder = temporaryFolder();
      for (let step = 1; step <= written; step++) write(folder, step);
      const killed = writeKilledAt(folder, 10, n);
      const { checkpoint } = read(folder);
      expect(checkpoint?.step ?? 0, `killed at change ${n}`).toBeOneOf([written, 10]);
      // And the run goes on.
      write(folder, 11);
      expect(read(folder)).toMatchObject({ checkpoint: { step: 11 }, warnings: [] });
      if (!killed) {
        expect(n).toBeGreaterThan(15);
        break;
      }
    }
  });

  it("reach the disk step by step: each name is synced before the next step relies on it", () => {
    const folder = temporaryFolder();
    for (const step of [1, 2]) write(folder, step);
    const synced = operationsOf(() => write(folder, 3)).filter((text) => /^(sync|rename)/.test(text));
    const here = `sync ${basename(folder)}`;
    expect(synced).toEqual([
      "sync checkpoint.safetensors",
      ...["sync checkpoint.previous.json", "rename checkpoint.previous.json", here],
      ...["sync checkpoint.json", "rename checkpoint.json", here],
      ...["rename checkpoint.previous.safetensors", here],
      ...["rename checkpoint.safetensors", here],
    ]);
  });

  it("survive many kills in a row at the same place", () => {
    for (let n = 1; n < 40; n++) {
      const folder = temporaryFolder();
      write(folder, 1);
      for (let step = 2; step < 8; step++) writeKilledAt(folder, step, n);
      expect(read(folder).checkpoint).toBeDefined();
    }
  });

  it("survive damage to, or loss of, any one file", () => {
    const intact = temporaryFolder();
    for (const step of [1, 2, 3]) write(intact, step);
    for (const name of readdirSync(intact)) {
      for (const damage of [
        (path: string) => rmSync(path),
        (path: string) => writeFileSync(path, ""),
        (path: string) => writeFileSync(path, readFileSync(path).fill(0xff, 10, 11)),
      ]) {
        const folder = temporaryFolder();
        cpSync(intact, folder, { recursive: true });
        damage(join(folder, name));
        const step = name.includes("previous") ? 3 : 2;
        const { checkpoint, warnings } = read(folder);
        expect(checkpoint?.step, name).toBe(step);
        if (step === 2) expect(warnings.at(-1)).toMatch(/going on from checkpoint\.previous\.safetensors, step 2$/);
        write(folder, 4);
        expect(read(folder).checkpoint?.step).toBe(4);
      }
    }
  });

  it("never put a damaged generation in an intact one's place", () => {
    const folder = temporaryFolder();
    for (const step of [1, 2]) write(folder, step);
    writeFileSync(join(folder, "checkpoint.safetensors"), "garbage");
    write(folder, 3);
    rmSync(join(folder, "checkpoint.safetensors"));
    expect(read(folder).checkpoint?.step).toBe(1);
  });

  it("are refused when no generation is intact", () => {
    const folder = temporaryFolder();
    for (const step of [1, 2]) write(folder, step);
    for (const name of ["checkpoint.safetensors", "checkpoint.previous.safetensors"]) {
      writeFileSync(join(folder, name), "garbage");
    }
    expect(() => read(folder)).toThrow(DataError);
    expect(() => read(folder)).toThrow(
      /checkpoint\.safetensors: SHA-256 .* damaged, .*previous.* restore a copy, or choose another folder/,
    );
  });

  it("keep the old generations and leave nothing half-written when the disk is full at any write", () => {
    for (let n = 1; n < 12; n++) {
      const folder = temporaryFolder();
      for (const step of [1, 2]) write(folder, step);
      let writes = 0;
      const before = (operation: string) => {
        if (operation === "write" && ++writes === n) throw systemError("ENOSPC");
      };
      try {
        withFault({ before, writes: (length) => Math.ceil(length / 2) }, () => write(folder, 3));
      } catch (error) {
        expect(error).toBeInstanceOf(DataError);
        expect((error as Error).message).toMatch(/disk full; free some space/);
      }
      expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
      expect(read(folder)).toMatchObject({ warnings: [] });
    }
  });
});
