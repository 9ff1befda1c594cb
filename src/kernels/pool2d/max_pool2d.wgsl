// Max pooling: out[p, i, j] = max over (a, b) of in[p, i * stride - padding + a * dilation, likewise in x], p = one plane.
// Naive: one invocation makes one output. Padding counts as -infinity, of equal values the first wins, NaN wins over all.

const WORKGROUP = 64u;
const NONE = 0xffffffffu;  // place of a window without any element

struct Params {
  count: u32,            // outputs: planes (N * C) * output rows * output columns
  pad: u32,
  input: vec2<u32>,      // rows and columns of one plane, as in all pairs below
  output: vec2<u32>,
  kernel: vec2<u32>,
  stride: vec2<u32>,     // input elements from window to window
  padding: vec2<u32>,    // on both sides
  dilation: vec2<u32>,   // input elements from tap to tap
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> in: array<f32>;          // [planes, input rows, input columns]
@group(0) @binding(2) var<storage, read_write> out: array<f32>;   // [planes, output rows, output columns]
// @begin places
@group(0) @binding(3) var<storage, read_write> places: array<u32>;  // like out: the winner's place within its plane
// @end places

// Compilers may assume that no number is NaN, so look at the bits.
fn is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

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
  let column = i % params.output.y;
  let row = (i / params.output.y) % params.output.x;
  let plane = i / (params.output.x * params.output.y);
  let base = plane * params.input.x * params.input.y;
  var lowest = 0xff800000u;  // -infinity: a variable, as WGSL refuses constants that are not finite
  var best = bitcast<f32>(lowest);
  var place = NONE;
  for (var a = 0u; a < params.kernel.x; a++) {
    // Rows in the padding above wrap around to huge numbers, and so fail the test like those below.
    let y = row * params.stride.x + a * params.dilation.x - params.padding.x;
    if (y >= params.input.x) {
      continue;
    }
    for (var b = 0u; b < params.kernel.y; b++) {
      let x = column * params.stride.y + b * params.dilation.y - params.padding.y;
      if (x >= params.input.y) {
        continue;
      }
      let here = y * params.input.y + x;
      let value = in[base + here];
      if (place == NONE || is_nan(value) || (value > best && !is_nan(best))) {
        best = value;
        place = here;
      }
    }
  }
  out[i] = best;
  // @begin keep
  places[i] = place;
  // @end keep
}
