/** Scenes as the kernel `render` draws them: primitives joined or cut out one after another. z is up. */
import { type Quatd, quatd, type Vec3d, vec3d } from "wgpu-matrix";
import { UsageError } from "../../errors.ts";
import { HEAD_SIZE, MOST_PRIMITIVES, PRIMITIVE_SIZE, SCENE_SIZE } from "../../kernels/render/render.ts";

export type Point = readonly [number, number, number];

/** Linear R, G and B of 0..1, and how much it shines. */
export type Material = readonly [number, number, number, number];

/** In the order of their numbers in field.wgsl. */
export const KINDS = ["ellipsoid", "box", "cone", "torus"] as const;

export interface Primitive {
  readonly kind: (typeof KINDS)[number];
  /** Cut out of what came before instead of joined to it. */
  readonly cut: boolean;
  /** Width of the soft seam to what came before. */
  readonly seam: number;
  /** Radius by which the primitive grows on all sides, which rounds its edges. */
  readonly rounding: number;
  readonly centre: Point;
  /** As field.wgsl takes it: radii; half sides; radius below, above and half height; radius of ring and body. */
  readonly size: Point;
  /** Rotation from the primitive to the world, a quaternion (x, y, z, w). */
  readonly rotation: readonly [number, number, number, number];
  readonly material: Material;
}

/** Nothing of a scene reaches farther from the origin. */
export const SCENE_RADIUS = 1.3;

/** What a primitive may be given besides its place, size and material. */
export interface Finish {
  readonly cut?: boolean;
  readonly seam?: number;
  readonly rounding?: number;
}

/** A seam too narrow to be seen. */
const TIGHT = 1e-3;
const UNTURNED = [0, 0, 0, 1] as const;

/** An ellipsoid along the axes. */
export function ellipsoid(centre: Point, radii: Point, material: Material, finish: Finish = {}): Primitive {
  return primitive("ellipsoid", centre, radii, UNTURNED, material, finish);
}

/** A ball. */
export function ball(centre: Point, radius: number, material: Material, finish: Finish = {}): Primitive {
  return ellipsoid(centre, [radius, radius, radius], material, finish);
}

/** A box with these half sides, its rounding included, turned about z by `turn` and then about x by `tilt` radians. */
export function box(
  centre: Point,
  half: Point,
  material: Material,
  { turn = 0, tilt = 0, ...finish }: Finish & { readonly turn?: number; readonly tilt?: number } = {},
): Primitive {
  const { rounding = 0 } = finish;
  const size: Point = [half[0] - rounding, half[1] - rounding, half[2] - rounding];
  const rotation = quatd.mul(quatd.fromEuler(tilt, 0, 0, "xyz"), quatd.fromEuler(0, 0, turn, "xyz"));
  return primitive("box", centre, size, fourOf(rotation), material, finish);
}

/** A cone cut off at both ends, its rounding included, from `from` (radius `below`) to `to` (radius `above`). */
export function cone(
  from: Point,
  to: Point,
  [below, above]: readonly [number, number],
  material: Material,
  finish: Finish = {},
): Primitive {
  const { rounding = 0 } = finish;
  const axis = vec3d.subtract(to, from);
  const centre = vec3d.scale(vec3d.add(from, to), 0.5);
  const size: Point = [below - rounding, above - rounding, vec3d.length(axis) / 2 - rounding];
  return primitive("cone", threeOf(centre), size, upTo(axis), material, finish);
}

/** A ring around `axis`. */
export function torus(
  centre: Point,
  axis: Point,
  [ring, body]: readonly [number, number],
  material: Material,
  finish: Finish = {},
): Primitive {
  return primitive("torus", centre, [ring, body, 0], upTo(vec3d.create(...axis)), material, finish);
}

function primitive(
  kind: Primitive["kind"],
  centre: Point,
  size: Point,
  rotation: Primitive["rotation"],
  material: Material,
  { cut = false, seam = TIGHT, rounding = 0 }: Finish,
): Primitive {
  return { kind, cut, seam, rounding, centre, size, rotation, material };
}

/** The rotation that takes z to `axis`. */
function upTo(axis: Vec3d): Primitive["rotation"] {
  return fourOf(quatd.rotationTo(vec3d.create(0, 0, 1), vec3d.normalize(axis)));
}

function threeOf(v: Vec3d): Point {
  return [v[0]!, v[1]!, v[2]!];
}

function fourOf(q: Quatd): Primitive["rotation"] {
  return [q[0]!, q[1]!, q[2]!, q[3]!];
}

/** A scene as the kernel reads it, seen by cameras of this horizontal angle. Throws UsageError on too many primitives. */
export function packScene(primitives: readonly Primitive[], cameraAngle: number): Float32Array<ArrayBuffer> {
  if (primitives.length > MOST_PRIMITIVES) {
    throw new UsageError(`scene: ${primitives.length} primitives, but at most ${MOST_PRIMITIVES} can be drawn`);
  }
  const packed = new Float32Array(SCENE_SIZE);
  packed.set([primitives.length, SCENE_RADIUS, Math.tan(cameraAngle / 2)]);
  primitives.forEach(({ kind, cut, seam, rounding, centre, size, rotation, material }, i) => {
    // The kernel turns points of the world into the primitive's own frame: by the inverse rotation.
    const [x, y, z, w] = rotation;
    const form = [KINDS.indexOf(kind), cut ? -1 : 1, seam, rounding];
    packed.set([...form, ...centre, 0, ...size, 0, -x, -y, -z, w, ...material], HEAD_SIZE + i * PRIMITIVE_SIZE);
  });
  return packed;
}
