// Gradient of max pooling, 2x2 windows side by side: of the four dx of window (r, j), the winner gets g[r, j], others 0.
// Against the naive kernel: one invocation serves a whole window, which no other shares. Even sizes only.

const WORKGROUP = 64u;

struct Params {
  count: u32,    // windows: output rows of all planes * width
  rows: u32,     // output rows of one plane
  width: u32,    // output columns
  pad: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> gradient: array<f32>;  // g: [all output rows, width]
@group(0) @binding(2) var<storage, read> places: array<u32>;    // like g: the winner's place within its plane
@group(0) @binding(3) var<storage, read_write> dx: array<vec2<f32>>;  // [2 * all output rows, width] pairs

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
  let row = i / params.width;
  let column = i % params.width;
  let pair = vec2<u32>(0u, 1u) + 2u * ((row % params.rows) * 2u * params.width + column);
  let g = vec2<f32>(gradient[i]);
  let place = vec2<u32>(places[i]);
  let zero = vec2<f32>(0.0);
  dx[2u * row * params.width + column] = select(zero, g, place == pair);
  dx[(2u * row + 1u) * params.width + column] = select(zero, g, place == pair + 2u * params.width);
}
