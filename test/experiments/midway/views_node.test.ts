import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { SCENE_CLASSES } from "../../../src/data/scenes/objects.ts";
import { DataError, InterruptedError } from "../../../src/errors.ts";
import {
  encodeRgbPng,
  loadViews,
  plannedTransforms,
  renderViews,
  strangeClasses,
} from "../../../src/experiments/midway/views_node.ts";
import { SILENT } from "../../../src/experiments/progress.ts";
import { testDevice } from "../../support/device.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { TINY } from "./tiny.ts";

const SIZES = { ...TINY, side: 12 };

async function render(folder: string, stopped = () => false): Promise<void> {
  await renderViews(await testDevice(), folder, SIZES, { progress: SILENT, stopped });
}

const whole = mkdtempSync(join(tmpdir(), "tailgrad-views-"));
beforeAll(() => render(whole));
afterAll(() => rmSync(whole, { recursive: true, force: true }));

/** A copy of the rendered views, to change. */
function copyOfViews(): string {
  const folder = temporaryFolder();
  cpSync(whole, folder, { recursive: true });
  return folder;
}

/** Every file of a folder with its bytes. */
function contents(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  return Object.fromEntries(
    files.flatMap((file) => {
      const path = join(folder, file);
      return statSync(path).isFile() ? [[file, readFileSync(path, "base64")]] : [];
    }),
  );
}

it("rendering: stopped and gone on with it makes the same folder; what is there stays", async () => {
  const files = contents(whole);
  expect(Object.keys(files)).toHaveLength(8 * (SIZES.trainViews + SIZES.validationViews + 2));

  const parts = temporaryFolder();
  let looks = 0;
  await expect(render(parts, () => ++looks > 3)).rejects.toThrow(InterruptedError);
  // What a kill leaves.
  const chair = join(parts, "train", "chair");
  writeFileSync(join(chair, ".r_001.png.1.1.tmp"), "half");
  rmSync(join(chair, "r_001.png"));
  await render(parts);
  expect(contents(parts)).toEqual(files);

  const { images, labels } = loadViews(whole, "train", SIZES.side);
  expect([...labels]).toEqual(SCENE_CLASSES.flatMap((_, label) => Array(SIZES.trainViews).fill(label)));
  expect(images).toHaveLength(labels.length * 3 * SIZES.side ** 2);
  // The corner shows the background in all three planes.
  const pixels = SIZES.side ** 2;
  expect([images[0], images[pixels], images[2 * pixels]]).toEqual([205, 211, 220]);
});

it("another's view takes a place: its PNG and its frame are all it needs", async () => {
  const folder = copyOfViews();
  const lamp = join(folder, "train", "lamp");
  const file = join(lamp, "transforms.json");
  const transforms = JSON.parse(readFileSync(file, "utf8"));
  transforms.frames.push({ ...transforms.frames[0], file_path: "./nerf/view" });
  writeFileSync(file, JSON.stringify(transforms));
  await expect(render(folder)).rejects.toThrow(
    `${file}: the picture "nerf/view.png" is missing and its camera is none of ours; put the picture there, or take its frame out`,
  );
  mkdirSync(join(lamp, "nerf"));
  const grey = new Uint8Array(3 * SIZES.side ** 2).fill(7);
  writeFileSync(join(lamp, "nerf", "view.png"), encodeRgbPng(SIZES.side, SIZES.side, grey));
  await render(folder);
  const { images, labels } = loadViews(folder, "train", SIZES.side);
  expect(labels).toHaveLength(8 * SIZES.trainViews + 1);
  const place = 3 * SIZES.trainViews;
  expect(labels[place]).toBe(2);
  expect(images.subarray(place * grey.length, (place + 1) * grey.length)).toEqual(grey);
});

const mug = (folder: string) => join(folder, "validation", "mug");
it.each<readonly [string, (folder: string) => void, string]>([
  ["a torn picture", (f) => writeFileSync(join(mug(f), "r_001.png"), "torn"), "r_001.png: no intact PNG: damaged"],
  [
    "a missing picture",
    (f) => rmSync(join(mug(f), "r_001.png")),
    "r_001.png: missing; run the command again, which renders it",
  ],
  [
    "a picture of another size",
    (f) => writeFileSync(join(mug(f), "r_001.png"), encodeRgbPng(4, 4, new Uint8Array(48))),
    "r_001.png: has 4 x 4 pixels of 3 channels and 8 bits; must be 12 x 12, RGB of 8 bits",
  ],
  ["no transforms.json", (f) => rmSync(join(mug(f), "transforms.json")), "transforms.json: missing; restore it"],
  [
    "a torn one",
    (f) => writeFileSync(join(mug(f), "transforms.json"), "{"),
    "transforms.json: not valid JSON: damaged",
  ],
])("refused by name: %s", (_, damage, message) => {
  const folder = copyOfViews();
  damage(folder);
  const load = () => loadViews(folder, "validation", SIZES.side);
  expect(load).toThrow(DataError);
  expect(load).toThrow(message);
});

it("views that others made: what is missing is theirs to bring, and folders of no class are found", () => {
  const folder = copyOfViews();
  const car = join(folder, "generated", "car");
  cpSync(join(folder, "train", "car"), car, { recursive: true });
  mkdirSync(join(folder, "generated", "bicycle"));
  writeFileSync(join(folder, "generated", "notes.txt"), "");
  expect(strangeClasses(folder, "generated")).toEqual(["bicycle"]);
  expect(strangeClasses(folder, "train")).toEqual([]);
  rmSync(join(car, "r_001.png"));
  expect(() => loadViews(folder, "generated", SIZES.side)).toThrow(
    `${join(car, "r_001.png")}: missing; put it there, as whoever made it left it, or take its frame out of transforms.json`,
  );
});

it("cameras: the same each time, others for each class and split", () => {
  const [first, ...others] = (["train", "validation"] as const).flatMap((split) =>
    SCENE_CLASSES.map((_, label) => JSON.stringify(plannedTransforms(split, label, 3).frames)),
  );
  expect(JSON.stringify(plannedTransforms("train", 0, 3).frames)).toBe(first);
  expect(new Set([first, ...others]).size).toBe(16);
  expect(plannedTransforms("train", 0, 200).frames.slice(0, 3)).toEqual(plannedTransforms("train", 0, 3).frames);
});
