// The signed distance field of a scene: primitives joined or cut out one after another, each with a soft seam.
// Functions only: render.ts joins them to render.wgsl, which declares `scene`.
// Formulas of the primitives and of the seam: Quilez, "Distance functions" and "Smooth minimum".

// A scene with more primitives is refused by the host; the loop stays bounded whatever the buffer says.
const MOST_PRIMITIVES = 24u;

// Each primitive is five vectors: (kind, 1 to join or -1 to cut out, width of the seam, rounding), (centre, 0), (size, 0), the
// rotation from the world to the primitive as a quaternion, (R, G, B, gloss).
const VECTORS = 5u;

struct Surface {
  distance: f32,
  material: vec4<f32>,
}

fn rotated(q: vec4<f32>, v: vec3<f32>) -> vec3<f32> {
  return v + 2.0 * cross(q.xyz, cross(q.xyz, v) + q.w * v);
}

// size = radii.
fn ellipsoid(p: vec3<f32>, size: vec3<f32>) -> f32 {
  let k = length(p / size);
  return k * (k - 1.0) / max(length(p / (size * size)), 1e-6);
}

// size = half of each side.
fn box(p: vec3<f32>, size: vec3<f32>) -> f32 {
  let q = abs(p) - size;
  return length(max(q, vec3<f32>(0.0))) + min(max(q.x, max(q.y, q.z)), 0.0);
}

// A cone cut off at both ends, along z. size = radius below, radius above, half of the height.
fn cone(p: vec3<f32>, size: vec3<f32>) -> f32 {
  let q = vec2<f32>(length(p.xy), p.z);
  let side = vec2<f32>(size.y - size.x, 2.0 * size.z);
  let cap = vec2<f32>(q.x - min(q.x, select(size.y, size.x, q.y < 0.0)), abs(q.y) - size.z);
  let top = vec2<f32>(size.y, size.z);
  let wall = q - top + side * clamp(dot(top - q, side) / dot(side, side), 0.0, 1.0);
  let sign = select(1.0, -1.0, wall.x < 0.0 && cap.y < 0.0);
  return sign * sqrt(min(dot(cap, cap), dot(wall, wall)));
}

// A ring around z. size = radius of the ring, radius of its body.
fn torus(p: vec3<f32>, size: vec3<f32>) -> f32 {
  return length(vec2<f32>(length(p.xy) - size.x, p.z)) - size.y;
}

fn primitive(at: u32, p: vec3<f32>) -> f32 {
  let local = rotated(scene[at + 3u], p - scene[at + 1u].xyz);
  let size = scene[at + 2u].xyz;
  switch u32(scene[at].x) {
    case 0u: { return ellipsoid(local, size); }
    case 1u: { return box(local, size); }
    case 2u: { return cone(local, size); }
    default: { return torus(local, size); }
  }
}

fn field(p: vec3<f32>) -> Surface {
  var surface = Surface(1e3, vec4<f32>(0.0));
  let count = min(u32(scene[0].x), MOST_PRIMITIVES);
  for (var i = 0u; i < count; i++) {
    let at = 1u + VECTORS * i;
    let form = scene[at];
    // To cut a primitive out is to join it to the space around what is there.
    let rest = form.y * surface.distance;
    let own = primitive(at, p) - form.w;
    let share = clamp(0.5 + 0.5 * (rest - own) / form.z, 0.0, 1.0);
    let joined = (1.0 - share) * rest + share * own - form.z * share * (1.0 - share);
    surface.distance = form.y * joined;
    surface.material = (1.0 - share) * surface.material + share * scene[at + 4u];
  }
  return surface;
}
