import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { DataError } from "../../src/errors.ts";
import {
  isTemporaryName,
  makeFolder,
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

describe("makeFolder", () => {
  it("makes all that is missing, one level at a time, and takes what is there", () => {
    const folder = temporaryFolder();
    const path = join(folder, "a", "b", "c");
    const made: string[] = [];
    withFault({ before: (_, at) => made.push(at) }, () => makeFolder(path));
    expect(made).toEqual([join(folder, "a"), join(folder, "a", "b"), path]);
    makeFolder(path);
    makeFolder(`${path}/../d/`);
    expect(readdirSync(join(folder, "a", "b"))).toEqual(["c", "d"]);
  });

  it("names the level that cannot be made, and why", () => {
    const folder = temporaryFolder();
    const before = () => {
      throw systemError("EROFS");
    };
    const make = () => withFault({ before }, () => makeFolder(join(folder, "a", "b")));
    expect(make).toThrow(DataError);
    expect(make).toThrow(`${join(folder, "a")}: cannot make this folder: read-only file system; choose another folder`);
    expect(readdirSync(folder)).toEqual([]);
    writeFileSync(join(folder, "file"), "");
    expect(() => makeFolder(join(folder, "file"))).toThrow(
      /file: cannot make this folder: something else of that name/,
    );
    expect(() => makeFolder(join(folder, "file", "x"))).toThrow(
      /x: cannot make this folder: a part of the path is a f/,
    );
  });

  it.skipIf(process.platform === "win32")("refuses a link to nothing", () => {
    const folder = temporaryFolder();
    symlinkSync(join(folder, "gone"), join(folder, "link"));
    expect(() => makeFolder(join(folder, "link", "x"))).toThrow(/link: cannot make this folder: something else/);
  });

  it("takes a folder that another process makes meanwhile", () => {
    const path = join(temporaryFolder(), "a");
    let first = true;
    const before = () => {
      if (!first) return;
      first = false;
      mkdirSync(path);
    };
    withFault({ before }, () => makeFolder(path));
    expect(readdirSync(path)).toEqual([]);
  });

  it.skipIf(process.platform !== "linux")("ends in /proc, which takes no folders", () => {
    expect(() => makeFolder("/proc/x")).toThrow("/proc/x: cannot make this folder: /proc takes no new folders");
    expect(() => makeFolder("/proc/x/y")).toThrow("/proc/x: cannot make this folder: /proc takes no new folders");
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
