// packed[g][tap][slot][j] = w of group g, output channel slot * WIDTH + j, at tap = (c * KH + i) * KW + j; zeros beyond
// the last channel. Lays convolution weights out as gather_rows.wgsl reads them: one vector of channels per lane.

const WORKGROUP = 64u;
const WIDTH = 4u;   // channels per slot
const STRIDE = 4u;  // elements per slot: WIDTH, or 4 for three channels

struct Params {
  groups: u32,
  in_channels: u32,   // per group
  out_channels: u32,  // per group
  taps: u32,     // KH * KW
  slots: u32,    // per tap
  w_group: u32,  // elements of w from one group to the next
  w_out: u32,    // from one output channel to the next
  w_in: u32,     // from one input channel to the next
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(2) var<storage, read_write> packed: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + lane;
  let j = i % STRIDE;
  let channel = i / STRIDE % params.slots * WIDTH + j;
  let tap = i / STRIDE / params.slots % params.taps;
  let c = i / STRIDE / params.slots / params.taps % params.in_channels;
  let g = i / STRIDE / params.slots / params.taps / params.in_channels;
  if (g >= params.groups) {
    return;
  }
  let inside = j < WIDTH && channel < params.out_channels;
  let at = g * params.w_group + c * params.w_in + channel * params.w_out + tap;
  packed[i] = select(0.0, w[select(0u, at, inside)], inside);
}
