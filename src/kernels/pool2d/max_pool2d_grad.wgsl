// Gradient of max pooling: dx[p, y, x] = sum of g[p, i, j] over the windows (i, j) that (y, x) won, p = one plane.
// One invocation gathers one dx from the windows that hold it, in a fixed order: no atomics, the same bits every time.

const WORKGROUP = 64u;

struct Params {
  count: u32,            // elements of dx: planes (N * C) * input rows * input columns
  pad: u32,
  input: vec2<u32>,      // rows and columns of one plane, as in all pairs below
  output: vec2<u32>,
  kernel: vec2<u32>,
  stride: vec2<u32>,     // input elements from window to window
  padding: vec2<u32>,    // on both sides
  dilation: vec2<u32>,   // input elements from tap to tap
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> gradient: array<f32>;  // g: [planes, output rows, output columns]
@group(0) @binding(2) var<storage, read> places: array<u32>;    // like g: the winner's place within its plane
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;  // [planes, input rows, input columns]

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + lane;
  if (i >= params.count) {
    return;
  }
  let plane_size = params.input.x * params.input.y;
  let here = i % plane_size;
  let y = here / params.input.y;
  let x = here % params.input.y;
  let base = (i / plane_size) * params.output.x * params.output.y;
  var total = 0.0;
  for (var a = 0u; a < params.kernel.x; a++) {
    // Top of the window whose tap a is at y. Below 0 it wraps around, and so fails the test against the sizes.
    let top = y + params.padding.x - a * params.dilation.x;
    let row = top / params.stride.x;
    if (row >= params.output.x || row * params.stride.x != top) {
      continue;
    }
    for (var b = 0u; b < params.kernel.y; b++) {
      let left = x + params.padding.y - b * params.dilation.y;
      let column = left / params.stride.y;
      if (column >= params.output.y || column * params.stride.y != left) {
        continue;
      }
      let window = base + row * params.output.y + column;
      if (places[window] == here) {
        total += gradient[window];
      }
    }
  }
  dx[i] = total;
}
