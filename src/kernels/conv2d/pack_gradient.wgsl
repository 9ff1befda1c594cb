// packed[g][pixel][slot][j] = gradient[n, g * OC + slot * WIDTH + j, y, x] for pixel = (n, y, x); zeros beyond the last
// channel. Turns channels x pixels into pixels x channels, as weight_gradient_subgroup.wgsl reads them.

const WORKGROUP = 64u;
const WIDTH = 4u;   // channels per slot
const STRIDE = 4u;  // elements per slot: WIDTH, or 4 for three channels

struct Params {
  groups: u32,
  channels: u32,  // per group
  plane: u32,     // pixels of an image
  pixels: u32,    // pixels of the batch
  slots: u32,     // per pixel
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> gradient: array<f32>;
@group(0) @binding(2) var<storage, read_write> packed: array<f32>;

// Neighbouring invocations take neighbouring pixels, so that reads are in line.
@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + lane;
  let pixel = i % params.pixels;
  let slot = i / params.pixels % params.slots;
  let g = i / params.pixels / params.slots;
  if (g >= params.groups) {
    return;
  }
  let source = (pixel / params.plane * params.groups + g) * params.channels * params.plane + pixel % params.plane;
  let place = ((g * params.pixels + pixel) * params.slots + slot) * STRIDE;
  for (var j = 0u; j < STRIDE; j++) {
    let channel = slot * WIDTH + j;
    let inside = j < WIDTH && channel < params.channels;
    packed[place + j] = select(0.0, gradient[select(0u, source + channel * params.plane, inside)], inside);
  }
}
