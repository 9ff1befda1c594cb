/** Cameras on a sphere around the origin. */
import { mat4d } from "wgpu-matrix";
import type { Rng } from "../../kernels/random/philox.ts";

/** Horizontal angle of view in radians, and distance from the origin: those of NeRF's synthetic scenes. */
export const CAMERA_ANGLE = 0.6911112070083618;
export const CAMERA_DISTANCE = 4;

/** Lowest and highest camera as z over distance: a little below the horizon up to 60 degrees above. */
const LOWEST = -0.1;
const HIGHEST = 0.866;

/** A camera-to-world matrix by rows; OpenGL's convention: x right, y up, the camera looks along -z. */
export type Pose = readonly (readonly number[])[];

/** A camera at a random place, uniform over the sphere between the lowest and the highest circle, looking at the origin. */
export function randomPose(rng: Rng): Pose {
  const azimuth = rng.uniform(0, 2 * Math.PI);
  const height = rng.uniform(LOWEST, HIGHEST);
  const radius = Math.sqrt(1 - height ** 2);
  const eye = [radius * Math.cos(azimuth), radius * Math.sin(azimuth), height].map((x) => x * CAMERA_DISTANCE);
  return rowsOf(mat4d.cameraAim(eye, [0, 0, 0], [0, 0, 1]));
}

/** wgpu-matrix keeps matrices by columns. */
function rowsOf(matrix: ArrayLike<number>): Pose {
  return [0, 1, 2, 3].map((row) => [0, 1, 2, 3].map((column) => matrix[4 * column + row]!));
}
