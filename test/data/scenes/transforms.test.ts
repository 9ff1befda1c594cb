import { describe, expect, it } from "vitest";
import { CAMERA_ANGLE, randomPose } from "../../../src/data/scenes/poses.ts";
import { parseTransforms, type Transforms, transformsText } from "../../../src/data/scenes/transforms.ts";
import { DataError } from "../../../src/errors.ts";
import { Rng } from "../../../src/kernels/random/philox.ts";

const rng = new Rng(1, 1);
const VIEWS: Transforms = {
  cameraAngle: CAMERA_ANGLE,
  frames: ["r_000.png", "sub/r_001.png"].map((path) => ({ path, pose: randomPose(rng) })),
};

/** The text with one of its values changed. */
function changed(change: (file: { camera_angle_x: unknown; frames: Record<string, unknown>[] }) => void): string {
  const file = JSON.parse(transformsText(VIEWS));
  change(file);
  return JSON.stringify(file);
}

it("what is written is read back exactly", () => {
  expect(parseTransforms(transformsText(VIEWS), "t")).toEqual(VIEWS);
});

it("as other programs write it: further keys, ./ before a path, no ending, few digits", () => {
  const text = changed((file) => {
    Object.assign(file, { aabb_scale: 4 });
    Object.assign(file.frames[0]!, { file_path: "./r_000", rotation: 0.01 });
    file.frames[1]!.transform_matrix = VIEWS.frames[1]!.pose.map((row) => row.map((x) => Number(x.toFixed(4))));
  });
  expect(parseTransforms(text, "t").frames.map(({ path }) => path)).toEqual(["r_000.png", "sub/r_001.png"]);
});

const matrix = (change: (rows: number[][]) => void) =>
  changed((file) => change(file.frames[1]!.transform_matrix as number[][]));

describe("refused by name", () => {
  it.each([
    ["torn", transformsText(VIEWS).slice(0, -20), "t: not valid JSON: damaged; restore it"],
    ["a key twice", '{"frames": [], "frames": []}', 't: holds the key "frames" twice; keep one'],
    ["no frames", changed((file) => file.frames.splice(0)), "t: frames: "],
    ["an angle of nothing", changed((file) => Object.assign(file, { camera_angle_x: 0 })), "t: camera_angle_x: "],
    ["no angle", changed((file) => Object.assign(file, { camera_angle_x: undefined })), "t: camera_angle_x: "],
    ["three rows", matrix((rows) => rows.pop()), "t: frames.1.transform_matrix: "],
    ["a short row", matrix((rows) => rows[2]!.pop()), "t: frames.1.transform_matrix.2: "],
    [
      "columns for rows",
      matrix((rows) =>
        Object.assign(
          rows,
          rows[0]!.map((_, i) => rows.map((r) => r[i]!)),
        ),
      ),
      "row 0, 0, 0, 1",
    ],
    [
      "scaled",
      matrix((rows) => Object.assign(rows[0]!, [2, 0, 0])),
      'frame 1 ("sub/r_001.png"): its transform_matrix has rows',
    ],
    [
      "a mirror",
      matrix((rows) =>
        rows[0]!.forEach((x, i) => {
          rows[0]![i] = -x;
        }),
      ),
      "is a mirror image",
    ],
    [
      "out of its folder",
      changed((file) => Object.assign(file.frames[0]!, { file_path: "../r.png" })),
      "frame 0: file_path",
    ],
    ["absolute", changed((file) => Object.assign(file.frames[0]!, { file_path: "/r.png" })), "frame 0: file_path"],
    [
      "a picture twice",
      changed((file) => Object.assign(file.frames[0]!, { file_path: "./sub/r_001" })),
      "two frames name",
    ],
  ])("%s", (_, text, message) => {
    const parse = () => parseTransforms(text, "t");
    expect(parse).toThrow(DataError);
    expect(parse).toThrow(message);
  });
});
