import { expect, it } from "vitest";
import { filesBelow, MOST_FILES } from "../../../src/web/keep/folder_files.ts";

/** A folder as a browser gives it: its entries come a hundred at a time. */
function folder(fullPath: string, entries: readonly object[]): FileSystemDirectoryEntry {
  const createReader = () => {
    const left = [...entries];
    return { readEntries: (give: (some: object[]) => void) => give(left.splice(0, 100)) };
  };
  return { isDirectory: true, name: fullPath.slice(1), fullPath, createReader } as unknown as FileSystemDirectoryEntry;
}

const file = (fullPath: string) => ({
  isDirectory: false,
  fullPath,
  file: (give: (file: File) => void) => give(new File(["x"], fullPath)),
});

it("gives the files of all folders below, by their paths", async () => {
  const inner = folder("/runs/one", [file("/runs/one/config.json")]);
  const found = await filesBelow(folder("/runs", [inner, file("/runs/note.txt")]));
  expect(found.map(({ path }) => path).sort()).toEqual(["runs/note.txt", "runs/one/config.json"]);
});

it("refuses a folder of too many files, and cuts none", async () => {
  const files = Array.from({ length: MOST_FILES + 1 }, (_, i) => file(`/disk/${i}`));
  await expect(filesBelow(folder("/disk", files))).rejects.toThrow(`disk: more than ${MOST_FILES} files`);
  expect(await filesBelow(folder("/disk", files.slice(1)))).toHaveLength(MOST_FILES);
});

it("names the file that cannot be read", async () => {
  const closed = {
    ...file("/run/config.json"),
    file: (_: unknown, fail: (error: Error) => void) => fail(new Error("no permission")),
  };
  await expect(filesBelow(folder("/run", [closed]))).rejects.toThrow("/run/config.json: the browser cannot read it");
});
