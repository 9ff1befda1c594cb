// Max pooling, 2x2 windows side by side: out[r, j] = max of in[2r, 2j], in[2r, 2j + 1], in[2r + 1, 2j], in[2r + 1, 2j + 1].
// Against the naive kernel: each window is two vector loads, and rows of all planes are numbered through. Even sizes only.

const WORKGROUP = 64u;

struct Params {
  count: u32,    // outputs: output rows of all planes * width
  rows: u32,     // output rows of one plane
  width: u32,    // output columns
  pad: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> in: array<vec2<f32>>;      // [2 * all output rows, width] pairs
@group(0) @binding(2) var<storage, read_write> out: array<f32>;     // [all output rows, width]
// @begin places
@group(0) @binding(3) var<storage, read_write> places: array<u32>;  // like out: the winner's place within its plane
// @end places

// Compilers may assume that no number is NaN, so look at the bits.
fn is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

// True where `value` takes the place of an earlier `best`: ties go to the first, NaN wins.
fn wins(value: f32, best: f32) -> bool {
  return is_nan(value) || (value > best && !is_nan(best));
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
  let row = i / params.width;
  let column = i % params.width;
  let top = in[2u * row * params.width + column];
  let bottom = in[(2u * row + 1u) * params.width + column];
  let first = 2u * ((row % params.rows) * 2u * params.width + column);
  var best = top.x;
  var place = first;
  var won = wins(top.y, best);
  best = select(best, top.y, won);
  place = select(place, first + 1u, won);
  won = wins(bottom.x, best);
  best = select(best, bottom.x, won);
  place = select(place, first + 2u * params.width, won);
  won = wins(bottom.y, best);
  out[i] = select(best, bottom.y, won);
  // @begin keep
  places[i] = select(place, first + 2u * params.width + 1u, won);
  // @end keep
}
