import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { decode, encode } from "fast-png";
import type { LabelledImages } from "../../data/dataset.ts";
import { showValue } from "../../data/plain_text.ts";
import { SCENE_CLASSES, sceneObject } from "../../data/scenes/objects.ts";
import { CAMERA_ANGLE, randomPose } from "../../data/scenes/poses.ts";
import { Renderer } from "../../data/scenes/render.ts";
import { type Frame, parseTransforms, type Transforms, transformsText } from "../../data/scenes/transforms.ts";
import { DataError, InterruptedError } from "../../errors.ts";
import type { Device } from "../../gpu/device.ts";
import { Rng } from "../../kernels/random/philox.ts";
import { attempt, isFolder, makeFolder, readFileIfThere, removeTemporaries, writeFileAtomic } from "../files_node.ts";
import { jsonDifferences } from "../json_differences.ts";
import type { Progress } from "../progress.ts";
import type { MidwaySizes } from "./presets.ts";

/**
 * A folder of views: `SPLIT/CLASS/transforms.json` with the cameras, and the pictures that it names beside it. We render
 * the splits "train" and "validation"; "generated" is for views that others make, in the same form.
 */
export type Split = "train" | "validation" | "generated";
const RENDERED = ["train", "validation"] as const;

/** Draws the objects: one data set for all runs. */
const VIEWS_SEED = 1;
/** Philox stream of the cameras; the split's place times 256 and the class are added. */
const POSE_STREAM = 0x7363_1000;
/** Views between two looks at whether to stop. */
const CHUNK = 8;
const MOST_TRANSFORMS_BYTES = 64 * 2 ** 20;
const MOST_PICTURE_BYTES = 16 * 2 ** 20;

/** The cameras of a class's views, by the seed alone. */
export function plannedTransforms(split: (typeof RENDERED)[number], label: number, views: number): Transforms {
  const rng = new Rng(VIEWS_SEED, POSE_STREAM + 256 * RENDERED.indexOf(split) + label);
  const name = (i: number) => `r_${String(i).padStart(3, "0")}.png`;
  return {
    cameraAngle: CAMERA_ANGLE,
    frames: Array.from({ length: views }, (_, i) => ({ path: name(i), pose: randomPose(rng) })),
  };
}

/**
 * Renders the pictures that a folder of views lacks; what is there stays as it is. Throws InterruptedError when stopped;
 * then the same call goes on.
 *
 * @throws DataError if a transforms.json is damaged, or names a missing picture that is none of ours
 */
export async function renderViews(
  device: Device,
  folder: string,
  sizes: MidwaySizes,
  { progress, stopped }: { readonly progress: Progress; readonly stopped: () => boolean },
): Promise<void> {
  const groups = RENDERED.flatMap((split) =>
    SCENE_CLASSES.map((_, label) => {
      const views = split === "train" ? sizes.trainViews : sizes.validationViews;
      return missingViews(folder, split, label, views);
    }),
  );
  const total = groups.reduce((sum, { missing }) => sum + missing.length, 0);
  if (total === 0) return;
  const renderer = await Renderer.create(device, sizes.side);
  let done = 0;
  progress.start("render views", total, "views");
  try {
    for (const { path, label, missing } of groups) {
      const scene = sceneObject(label, VIEWS_SEED);
      for (let first = 0; first < missing.length; first += CHUNK) {
        if (stopped()) {
          throw new InterruptedError(
            `${folder}: stopped with ${total - done} views left to render; the same command goes on`,
          );
        }
        const some = missing.slice(first, first + CHUNK);
        const poses = some.map(({ pose }) => pose);
        const pictures = await renderer.render(scene, CAMERA_ANGLE, poses);
        some.forEach((frame, i) => {
          writeFileAtomic(join(path, frame.path), encodeRgbPng(sizes.side, sizes.side, pictures[i]!));
        });
        done += some.length;
        progress.update(done);
      }
    }
  } finally {
    progress.stop();
    renderer.destroy();
  }
}

/** The frames of a class's folder that have no picture yet; makes the folder and its transforms.json if need be. */
function missingViews(folder: string, split: (typeof RENDERED)[number], label: number, views: number) {
  const path = join(folder, split, SCENE_CLASSES[label]!);
  const planned = plannedTransforms(split, label, views);
  makeFolder(path);
  removeTemporaries(path);
  if (!existsSync(join(path, "transforms.json"))) {
    writeFileAtomic(join(path, "transforms.json"), transformsText(planned));
  }
  const { cameraAngle, frames } = readTransforms(path);
  const missing = frames.filter((frame) => !existsSync(join(path, frame.path)));
  const ours = new Map(planned.frames.map((frame) => [frame.path, frame]));
  const strange = missing.find(
    (frame) => cameraAngle !== CAMERA_ANGLE || jsonDifferences(ours.get(frame.path), frame).length > 0,
  );
  if (strange) {
    throw new DataError(
      `${join(path, "transforms.json")}: the picture ${showValue(strange.path)} is missing and its camera is none of ours; ` +
        "put the picture there, or take its frame out",
    );
  }
  return { path, label, missing };
}

/** Whether a folder of views has a split. */
export function hasSplit(folder: string, split: Split): boolean {
  const path = join(folder, split);
  return existsSync(path) && isFolder(path);
}

/** The folders of a split that are no class's, whose views are in no training set. */
export function strangeClasses(folder: string, split: Split): string[] {
  const path = join(folder, split);
  const entries = attempt("list", path, () => readdirSync(path, { withFileTypes: true }));
  const classes: readonly string[] = SCENE_CLASSES;
  return entries.flatMap((entry) => (entry.isDirectory() && !classes.includes(entry.name) ? [entry.name] : [])).sort();
}

/** What helps where a picture is missing or damaged: ours are rendered again, those of others are not. */
interface WaysOut {
  readonly missing: string;
  readonly damaged: string;
}
const OURS: WaysOut = {
  missing: "run the command again, which renders it, or take its frame out of transforms.json",
  damaged: "delete it to render it anew, or restore it",
};
const OTHERS: WaysOut = {
  missing: "put it there, as whoever made it left it, or take its frame out of transforms.json",
  damaged: "restore it, or take its frame out of transforms.json",
};

/**
 * All pictures of a split, as bytes [3, side, side] each, class by class in the order of the frames; of "generated" a
 * class may be missing.
 *
 * @throws DataError naming the file that is missing, damaged or of another size
 */
export function loadViews(folder: string, split: Split, side: number): LabelledImages {
  const pictures = SCENE_CLASSES.flatMap((name, label) => {
    const path = join(folder, split, name);
    if (split === "generated" && !existsSync(path)) return [];
    const waysOut = split === "generated" ? OTHERS : OURS;
    return readTransforms(path).frames.map((frame) => ({ label, bytes: readView(path, frame, side, waysOut) }));
  });
  const size = 3 * side * side;
  const images = new Uint8Array(pictures.length * size);
  for (const [i, { bytes }] of pictures.entries()) images.set(bytes, i * size);
  return { images, labels: Uint8Array.from(pictures, ({ label }) => label) };
}

function readTransforms(path: string): Transforms {
  const file = join(path, "transforms.json");
  const bytes = readFileIfThere(file, MOST_TRANSFORMS_BYTES);
  if (bytes === undefined) throw new DataError(`${file}: missing; restore it, or take ${path} away`);
  return parseTransforms(new TextDecoder().decode(bytes), file);
}

/** A picture as planes of red, green and blue. */
function readView(folder: string, { path }: Frame, side: number, waysOut: WaysOut): Uint8Array {
  const file = join(folder, path);
  const bytes = readFileIfThere(file, MOST_PICTURE_BYTES);
  if (bytes === undefined) throw new DataError(`${file}: missing; ${waysOut.missing}`);
  let picture: ReturnType<typeof decode>;
  try {
    picture = decode(bytes, { checkCrc: true });
  } catch (cause) {
    throw new DataError(`${file}: no intact PNG: damaged; ${waysOut.damaged}`, { cause });
  }
  const { width, height, channels, depth, data } = picture;
  if (width !== side || height !== side || channels !== 3 || depth !== 8 || picture.palette) {
    throw new DataError(
      `${file}: has ${width} x ${height} pixels of ${channels} channels and ${depth} bits; must be ${side} x ${side}, RGB of 8 bits`,
    );
  }
  const pixels = side * side;
  return Uint8Array.from({ length: 3 * pixels }, (_, i) => data[3 * (i % pixels) + Math.floor(i / pixels)]!);
}

/** An 8-bit RGB PNG; the same pixels give the same bytes. */
export function encodeRgbPng(width: number, height: number, data: Uint8Array): Uint8Array {
  return encode({ width, height, data, channels: 3, depth: 8 });
}
