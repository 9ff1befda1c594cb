// Views of one scene as RGBA bytes: rays from a pinhole camera, marched through a signed distance field (Hart, "Sphere tracing", 1996),
// lit by one lamp with soft shadows and a sky with ambient occlusion. One invocation makes one pixel.
// The field and its primitives stand in field.wgsl; render.ts joins it to this text.

const WORKGROUP = 64u;
// A pixel is the mean of SAMPLES x SAMPLES rays.
const SAMPLES = 2u;

const MARCH_STEPS = 96u;
const SHADOW_STEPS = 20u;
const OCCLUSION_STEPS = 4u;
// Blended fields overstate distances a little, so rays go less far than the field says.
const CAUTION = 0.9;
const HIT = 0.0008;
const NORMAL_STEP = 0.001;
// How hard the edge of a shadow is.
const SHARPNESS = 9.0;

const LAMP = vec3<f32>(0.4319, -0.4799, 0.7638);   // a unit vector towards the lamp
const LAMP_LIGHT = vec3<f32>(1.05, 1.0, 0.92);
const SKY_LIGHT = vec3<f32>(0.34, 0.38, 0.45);
const GROUND_LIGHT = vec3<f32>(0.2, 0.18, 0.16);
const BACKGROUND = vec3<f32>(0.62, 0.66, 0.72);

struct Params {
  side: u32,      // pixels of a picture's side
  pixels: u32,    // of all pictures
}

@group(0) @binding(0) var<uniform> params: Params;
// scene[0] = (primitives, radius of a sphere around all, tan of half the camera's angle, 0); then the primitives: see field.wgsl.
@group(0) @binding(1) var<storage, read> scene: array<vec4<f32>>;
// Upper three rows of each view's camera-to-world matrix: x right, y up, looking along -z.
@group(0) @binding(2) var<storage, read> cameras: array<vec4<f32>>;
// [views, side, side]: a pixel's R, G, B and 255, the lowest byte first.
@group(0) @binding(3) var<storage, read_write> out: array<u32>;

// The field's gradient from its values at the corners of a tetrahedron.
fn normal_at(p: vec3<f32>) -> vec3<f32> {
  let e = vec2<f32>(1.0, -1.0);
  return normalize(
    e.xyy * field(p + NORMAL_STEP * e.xyy).distance + e.yyx * field(p + NORMAL_STEP * e.yyx).distance
    + e.yxy * field(p + NORMAL_STEP * e.yxy).distance + e.xxx * field(p + NORMAL_STEP * e.xxx).distance);
}

// Share of the lamp that reaches p: the nearer its ray passes to something, the less; none where p faces away.
fn lamp_share(p: vec3<f32>, normal: vec3<f32>) -> f32 {
  var share = select(0.0, 1.0, dot(normal, LAMP) > 0.0);
  var t = 0.03;
  for (var i = 0u; i < SHADOW_STEPS && share > 0.0; i++) {
    let distance = field(p + t * LAMP).distance;
    share = min(share, SHARPNESS * distance / t);
    t += clamp(distance, 0.02, 0.2);
  }
  let s = clamp(share, 0.0, 1.0);
  return s * s * (3.0 - 2.0 * s);
}

// Share of the sky that reaches p: less where the field along the normal grows slower than the way.
fn sky_share(p: vec3<f32>, normal: vec3<f32>) -> f32 {
  var blocked = 0.0;
  var weight = 1.0;
  for (var i = 1u; i <= OCCLUSION_STEPS; i++) {
    let way = 0.06 * f32(i);
    blocked += weight * (way - field(p + way * normal).distance);
    weight *= 0.8;
  }
  return clamp(1.0 - 1.8 * blocked, 0.0, 1.0);
}

fn shade(p: vec3<f32>, view: vec3<f32>, material: vec4<f32>) -> vec3<f32> {
  let normal = normal_at(p);
  let lamp = lamp_share(p + 2.0 * HIT * normal, normal);
  let sky = sky_share(p, normal);
  let up = 0.5 + 0.5 * normal.z;
  let ambient = sky * mix(GROUND_LIGHT, SKY_LIGHT, up);
  let direct = lamp * max(dot(normal, LAMP), 0.0) * LAMP_LIGHT;
  let shine = material.w * lamp * pow(max(dot(normal, normalize(LAMP - view)), 0.0), 48.0);
  return material.rgb * (direct + ambient) + shine;
}

// What a ray sees, in linear light.
fn trace(origin: vec3<f32>, direction: vec3<f32>) -> vec3<f32> {
  let radius = scene[0].y;
  let middle = -dot(origin, direction);
  let inside = middle * middle - dot(origin, origin) + radius * radius;
  if (inside <= 0.0) {
    return BACKGROUND;
  }
  let end = middle + sqrt(inside);
  var t = max(middle - sqrt(inside), 0.0);
  for (var i = 0u; i < MARCH_STEPS && t < end; i++) {
    let p = origin + t * direction;
    let surface = field(p);
    if (surface.distance < HIT) {
      return shade(p, direction, surface.material);
    }
    t += CAUTION * surface.distance;
  }
  return BACKGROUND;
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + lane;
  if (i >= params.pixels) {
    return;
  }
  let view = i / (params.side * params.side);
  let x = i % params.side;
  let y = (i / params.side) % params.side;
  let rows = array<vec4<f32>, 3>(cameras[3u * view], cameras[3u * view + 1u], cameras[3u * view + 2u]);
  let origin = vec3<f32>(rows[0].w, rows[1].w, rows[2].w);
  let scale = 2.0 / f32(params.side * SAMPLES);
  var light = vec3<f32>(0.0);
  for (var s = 0u; s < SAMPLES * SAMPLES; s++) {
    let place = vec2<f32>(vec2<u32>(x * SAMPLES + s % SAMPLES, y * SAMPLES + s / SAMPLES)) + 0.5;
    let plane = vec3<f32>(scene[0].z * (scale * place.x - 1.0), scene[0].z * (1.0 - scale * place.y), -1.0);
    let direction = vec3<f32>(dot(rows[0].xyz, plane), dot(rows[1].xyz, plane), dot(rows[2].xyz, plane));
    // Bright spots are cut before the mean, so that edges stay smooth.
    light += min(trace(origin, normalize(direction)), vec3<f32>(1.0));
  }
  let shown = pow(light / f32(SAMPLES * SAMPLES), vec3<f32>(1.0 / 2.2));
  let bytes = vec3<u32>(round(255.0 * shown));
  out[i] = bytes.r | (bytes.g << 8u) | (bytes.b << 16u) | 0xff000000u;
}
