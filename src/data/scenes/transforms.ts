/**
 * `transforms.json`, the file in which NeRF programs keep the cameras of a folder of pictures: the horizontal angle of
 * view, and per frame a picture's path and a camera-to-world matrix by rows (OpenGL's and Blender's convention: x right,
 * y up, looking along -z; z of the world is up). Source: the synthetic scenes of Mildenhall et al., "NeRF", 2020.
 */
import { z } from "zod";
import { DataError } from "../../errors.ts";
import { shortLine, showValue } from "../plain_text.ts";
import { findDuplicateKey } from "../strict_json.ts";
import type { Pose } from "./poses.ts";

/** One picture and where it was taken from. */
export interface Frame {
  /** Of a PNG file, relative to the folder of transforms.json. */
  readonly path: string;
  readonly pose: Pose;
}

export interface Transforms {
  /** Horizontal angle of view in radians. */
  readonly cameraAngle: number;
  readonly frames: readonly Frame[];
}

/** How far a rotation's rows may be from orthonormal: files of other programs have few digits. */
const ORTHONORMAL_WITHIN = 1e-3;
const MOST_FRAMES = 65_536;

const row = z.array(z.number()).length(4);
// Other keys may stand there: each program adds its own.
const schema = z.looseObject({
  camera_angle_x: z.number().gt(0).lt(Math.PI),
  frames: z
    .array(z.looseObject({ file_path: z.string(), transform_matrix: z.array(row).length(4) }))
    .min(1)
    .max(MOST_FRAMES),
});

/** Reads transforms.json's text; `file` names it in errors. @throws DataError if it is not one, or a camera cannot be */
export function parseTransforms(text: string, file: string): Transforms {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new DataError(`${file}: not valid JSON: damaged; restore it`, { cause });
  }
  const twice = findDuplicateKey(text);
  if (twice !== undefined) throw new DataError(`${file}: holds the key ${showValue(twice)} twice; keep one`);
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const problem = issue === undefined ? "not as expected" : `${issue.path.map(String).join(".")}: ${issue.message}`;
    throw new DataError(`${file}: ${shortLine(problem)}; correct it`, { cause: parsed.error });
  }
  const frames = parsed.data.frames.map(({ file_path, transform_matrix }, i) => {
    checkPose(transform_matrix, `${file}: frame ${i} (${showValue(file_path)})`);
    return { path: picturePath(file_path, `${file}: frame ${i}`), pose: transform_matrix };
  });
  const paths = new Set<string>();
  for (const { path } of frames) {
    if (paths.has(path)) throw new DataError(`${file}: two frames name the picture ${showValue(path)}; keep one`);
    paths.add(path);
  }
  return { cameraAngle: parsed.data.camera_angle_x, frames };
}

/** The text of transforms.json. */
export function transformsText({ cameraAngle, frames }: Transforms): string {
  const value = {
    camera_angle_x: cameraAngle,
    frames: frames.map(({ path, pose }) => ({ file_path: path, transform_matrix: pose })),
  };
  return `${JSON.stringify(value, null, 1)}\n`;
}

/** A picture's path, plain and inside its folder; some programs leave the ending away. */
function picturePath(written: string, where: string): string {
  const path = written.replace(/^\.\//, "");
  const plain = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}(\/[A-Za-z0-9_][A-Za-z0-9._-]{0,99}){0,3}$/.test(path);
  if (!plain) {
    throw new DataError(
      `${where}: file_path ${showValue(written)} is no path below the folder of transforms.json in plain letters; rename the picture`,
    );
  }
  return path.toLowerCase().endsWith(".png") ? path : `${path}.png`;
}

/** Throws DataError unless a matrix is a rotation and a shift. */
function checkPose(pose: Pose, where: string): void {
  const [x, y, z, last] = pose as [number[], number[], number[], number[]];
  const refuse = (why: string) => {
    throw new DataError(
      `${where}: its transform_matrix ${why}; it must be a camera-to-world rotation and shift by rows`,
    );
  };
  if (last.some((value, i) => value !== (i === 3 ? 1 : 0))) refuse("does not end in the row 0, 0, 0, 1");
  const dot = (a: readonly number[], b: readonly number[]) => a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]!;
  const off = [dot(x, x) - 1, dot(y, y) - 1, dot(z, z) - 1, dot(x, y), dot(y, z), dot(z, x)];
  if (off.some((value) => !(Math.abs(value) <= ORTHONORMAL_WITHIN))) refuse("has rows that are not orthonormal");
  const cross = [x[1]! * y[2]! - x[2]! * y[1]!, x[2]! * y[0]! - x[0]! * y[2]!, x[0]! * y[1]! - x[1]! * y[0]!];
  if (dot(cross, z) < 0) refuse("is a mirror image");
}
