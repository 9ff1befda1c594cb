/** The picture of a scene in float64, ray by ray: what `src/kernels/render` must draw. Written from its documents, not its text. */
import type { Pose } from "../../src/data/scenes/poses.ts";
import { type Primitive, SCENE_RADIUS } from "../../src/data/scenes/scene.ts";

type Vec = readonly number[];

const add = (a: Vec, b: Vec): number[] => a.map((x, i) => x + b[i]!);
const times = (a: Vec, s: number): number[] => a.map((x) => x * s);
const dot = (a: Vec, b: Vec): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
const unit = (a: Vec): number[] => times(a, 1 / Math.hypot(...a));
const along = (p: Vec, t: number, d: Vec): number[] => add(p, times(d, t));

const LAMP = [0.4319, -0.4799, 0.7638];
const LAMP_LIGHT = [1.05, 1.0, 0.92];
const SKY = [0.34, 0.38, 0.45];
const GROUND = [0.2, 0.18, 0.16];
const BACKGROUND = [0.62, 0.66, 0.72];
const HIT = 0.0008;

/** Columns of the rotation matrix of a quaternion. */
function axesOf([x, y, z, w]: Primitive["rotation"]): number[][] {
  return [
    [1 - 2 * (y * y + z * z), 2 * (x * y + z * w), 2 * (x * z - y * w)],
    [2 * (x * y - z * w), 1 - 2 * (x * x + z * z), 2 * (y * z + x * w)],
    [2 * (x * z + y * w), 2 * (y * z - x * w), 1 - 2 * (x * x + y * y)],
  ];
}

/** Distance of a point to a segment in the plane. */
function toSegment(p: Vec, a: Vec, b: Vec): number {
  const way = along(b, -1, a);
  const share = Math.min(1, Math.max(0, dot(along(p, -1, a), way) / dot(way, way)));
  return Math.hypot(...along(along(p, -1, a), -share, way));
}

function primitiveDistance({ kind, centre, size, rotation }: Primitive, p: Vec): number {
  const q = axesOf(rotation).map((axis) => dot(axis, along(p, -1, centre)));
  const [x, y, z] = q as [number, number, number];
  const [a, b, c] = size;
  if (kind === "ellipsoid") {
    const k = Math.hypot(x / a, y / b, z / c);
    return (k * (k - 1)) / Math.max(Math.hypot(x / a ** 2, y / b ** 2, z / c ** 2), 1e-6);
  }
  if (kind === "torus") return Math.hypot(Math.hypot(x, y) - a, z) - b;
  if (kind === "box") {
    const out = [Math.abs(x) - a, Math.abs(y) - b, Math.abs(z) - c];
    return Math.hypot(...out.map((v) => Math.max(v, 0))) + Math.min(Math.max(...out), 0);
  }
  // A cone is the trapezium (0, -c), (a, -c), (b, c), (0, c) turned around z.
  const r = Math.hypot(x, y);
  const outline = [
    [0, -c, a, -c],
    [a, -c, b, c],
    [b, c, 0, c],
  ];
  const distance = Math.min(...outline.map(([r0, z0, r1, z1]) => toSegment([r, z], [r0!, z0!], [r1!, z1!])));
  const inside = Math.abs(z) < c && r < a + ((b - a) * (z + c)) / (2 * c);
  return inside ? -distance : distance;
}

interface Surface {
  readonly distance: number;
  readonly material: Vec;
}

export function field(scene: readonly Primitive[], p: Vec): Surface {
  let surface: Surface = { distance: 1000, material: [0, 0, 0, 0] };
  for (const one of scene) {
    const own = primitiveDistance(one, p) - one.rounding;
    const rest = one.cut ? -surface.distance : surface.distance;
    const share = Math.min(1, Math.max(0, 0.5 + (0.5 * (rest - own)) / one.seam));
    const joined = rest + (own - rest) * share - one.seam * share * (1 - share);
    surface = {
      distance: one.cut ? -joined : joined,
      material: add(times(surface.material, 1 - share), times(one.material, share)),
    };
  }
  return surface;
}

function shade(scene: readonly Primitive[], p: Vec, view: Vec, material: Vec): number[] {
  const distance = (at: Vec) => field(scene, at).distance;
  const corners = [
    [1, -1, -1],
    [-1, -1, 1],
    [-1, 1, -1],
    [1, 1, 1],
  ];
  const slopes = corners.map((e) => times(e, distance(along(p, 0.001, e))));
  const normal = unit(slopes.reduce(add));

  const from = along(p, 2 * HIT, normal);
  let open = dot(normal, LAMP) > 0 ? 1 : 0;
  for (let i = 0, t = 0.03; i < 20 && open > 0; i++) {
    const d = distance(along(from, t, LAMP));
    open = Math.min(open, (9 * d) / t);
    t += Math.min(0.2, Math.max(0.02, d));
  }
  const s = Math.min(1, Math.max(0, open));
  const lamp = s * s * (3 - 2 * s);

  const blocked = [1, 2, 3, 4].map((i) => 0.8 ** (i - 1) * (0.06 * i - distance(along(p, 0.06 * i, normal))));
  const sky = Math.min(1, Math.max(0, 1 - 1.8 * blocked.reduce((sum, x) => sum + x, 0)));
  const up = 0.5 + 0.5 * normal[2]!;
  const half = unit(along(LAMP, -1, view));
  const shine = material[3]! * lamp * Math.max(dot(normal, half), 0) ** 48;
  return [0, 1, 2].map((i) => {
    const ambient = sky * (GROUND[i]! * (1 - up) + SKY[i]! * up);
    return material[i]! * (lamp * Math.max(dot(normal, LAMP), 0) * LAMP_LIGHT[i]! + ambient) + shine;
  });
}

function trace(scene: readonly Primitive[], origin: Vec, direction: Vec): number[] {
  const middle = -dot(origin, direction);
  const inside = middle ** 2 - dot(origin, origin) + SCENE_RADIUS ** 2;
  if (inside <= 0) return BACKGROUND;
  const end = middle + Math.sqrt(inside);
  let t = Math.max(middle - Math.sqrt(inside), 0);
  for (let i = 0; i < 96 && t < end; i++) {
    const p = along(origin, t, direction);
    const { distance, material } = field(scene, p);
    if (distance < HIT) return shade(scene, p, direction, material);
    t += 0.9 * distance;
  }
  return BACKGROUND;
}

/** R, G and B, 0..255 and not rounded, of pixel (x, y) of a picture of `side`. */
export function pixel(
  scene: readonly Primitive[],
  cameraAngle: number,
  pose: Pose,
  side: number,
  [x, y]: readonly [number, number],
): number[] {
  const origin = pose.slice(0, 3).map((row) => row[3]!);
  const tan = Math.tan(cameraAngle / 2);
  let light: number[] = [0, 0, 0];
  for (const sy of [0.25, 0.75]) {
    for (const sx of [0.25, 0.75]) {
      const ray = [tan * ((2 * (x + sx)) / side - 1), tan * (1 - (2 * (y + sy)) / side), -1];
      const direction = unit(pose.slice(0, 3).map((row) => dot(row.slice(0, 3), ray)));
      light = add(
        light,
        trace(scene, origin, direction).map((value) => Math.min(value, 1)),
      );
    }
  }
  return light.map((value) => 255 * (value / 4) ** (1 / 2.2));
}
