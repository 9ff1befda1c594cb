import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { DataError } from "../../src/errors.ts";
import {
  isTemporaryName,
  readFileIfThere,
  removeTemporaries,
  sha256Hex,
  stageFile,
  writeFileAtomic,
} from "../../src/experiments/files_node.ts";
import { systemError, withFault } from "./failing_fs.ts";
import { temporaryFolder } from "./temporary_folder.ts";

vi.mock("node:fs", async (original) => (await import("./failing_fs.ts")).failingFs(await original()));

describe("writeFileAtomic", () => {
  it("writes and replaces, and leaves nothing else", () => {
    const folder = temporaryFolder();
    writeFileAtomic(join(folder, "a.txt"), "one ü");
    writeFileAtomic(join(folder, "a.txt"), new Uint8Array([50]));
    expect(readFileSync(join(folder, "a.txt"), "utf8")).toBe("2");
    expect(readdirSync(folder)).toEqual(["a.txt"]);
  });

  it("syncs the content before it gets its name, and the folder after", () => {
    const folder = temporaryFolder();
    const path = join(folder, "a.txt");
    const operations: string[] = [];
    const before = (operation: string, at: string) => operations.push(`${operation} ${at === folder ? "folder" : ""}`);
    withFault({ before }, () => writeFileAtomic(path, "x"));
    expect(operations.map((text) => text.trim())).toEqual(["open", "write", "sync", "rename", "sync folder", "remove"]);
  });

  it("goes on when the system takes only some bytes at a time", () => {
    const path = join(temporaryFolder(), "a.txt");
    withFault({ writes: () => 1 }, () => writeFileAtomic(path, "abcdef"));
    expect(readFileSync(path, "utf8")).toBe("abcdef");
  });

  it.each([
    ["ENOSPC", /a\.txt: cannot write: disk full; free some space or choose another folder$/],
    ["EDQUOT", /quota used up; free some space/],
    ["EACCES", /no permission; change it or choose another path$/],
    ["EROFS", /read-only file system; choose another folder$/],
    ["EIO", /cannot write: EIO; check the disk and the path$/],
  ])("%s at any operation keeps the old file, leaves no other and is a DataError", (code, message) => {
    for (const failing of ["open", "write", "sync", "rename"]) {
      const folder = temporaryFolder();
      const path = join(folder, "a.txt");
      writeFileSync(path, "old");
      const before = (operation: string) => {
        if (operation === failing) throw systemError(code);
      };
      const write = () => withFault({ before, writes: () => 1 }, () => writeFileAtomic(path, "new"));
      expect(write).toThrow(DataError);
      expect(write).toThrow(message);
      expect(readFileSync(path, "utf8")).toBe("old");
      expect(readdirSync(folder)).toEqual(["a.txt"]);
    }
  });

  it("says what is wrong with a path", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "file"), "");
    expect(() => writeFileAtomic(join(folder, "no", "a"), "")).toThrow(/cannot write: no such file or folder; check/);
    expect(() => writeFileAtomic(join(folder, "file", "a"), "")).toThrow(/a part of the path is a file/);
    expect(() => writeFileAtomic(folder, "")).toThrow(DataError);
    expect(() => readFileIfThere(folder)).toThrow(/cannot read: is a folder, not a file/);
    expect(readFileIfThere(join(folder, "none"))).toBeUndefined();
  });
});

describe("stageFile", () => {
  it("shows nothing until commit and nothing after discard", () => {
    const folder = temporaryFolder();
    const path = join(folder, "a.txt");
    const staged = stageFile(path, "x");
    expect(readFileIfThere(path)).toBeUndefined();
    expect(readdirSync(folder).every(isTemporaryName)).toBe(true);
    staged.discard();
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("removeTemporaries", () => {
  it("removes what stageFile left, and only that", () => {
    const folder = temporaryFolder();
    stageFile(join(folder, "a.txt"), "x");
    for (const name of [".hidden", "b.tmp", ".c.tmp"]) writeFileSync(join(folder, name), "");
    removeTemporaries(folder);
    expect(readdirSync(folder).sort()).toEqual([".c.tmp", ".hidden", "b.tmp"]);
  });
});

describe("sha256Hex", () => {
  it("gives the known answers of FIPS 180-2", () => {
    expect(sha256Hex("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(sha256Hex(new Uint8Array(0))).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  });
});
