// Max pooling, 2x2 windows side by side, for drivers that run on the CPU: out[r, j] as in max_pool2d_2x2.wgsl.
// Idea: such a driver divides integers one by one and loads from any address at the same cost, so an invocation makes a whole row and
// divides once; two windows are two vector loads and one vector store. Rows of an even number of windows only.

const WORKGROUP = 64u;

struct Params {
  count: u32,    // output rows of all planes
  rows: u32,     // output rows of one plane
  pairs: u32,    // pairs of output columns
  pad: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> in: array<vec4<f32>>;       // [2 * all output rows, pairs]
@group(0) @binding(2) var<storage, read_write> out: array<vec2<f32>>;  // [all output rows, pairs]
// @begin places
@group(0) @binding(3) var<storage, read_write> places: array<vec2<u32>>;  // like out: the winners' places within their plane
// @end places

// Compilers may assume that no number is NaN, so look at the bits.
fn is_nan(x: vec2<f32>) -> vec2<bool> {
  return (bitcast<vec2<u32>>(x) & vec2<u32>(0x7fffffffu)) > vec2<u32>(0x7f800000u);
}

// True where `value` takes the place of an earlier `best`: ties go to the first, NaN wins.
fn wins(value: vec2<f32>, best: vec2<f32>) -> vec2<bool> {
  return is_nan(value) | ((value > best) & !is_nan(best));
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = (group.y * groups.x + group.x) * WORKGROUP + lane;
  if (row >= params.count) {
    return;
  }
  let above = 2u * row * params.pairs;
  let width = 4u * params.pairs;
  for (var j = 0u; j < params.pairs; j++) {
    let top = in[above + j];
    let bottom = in[above + params.pairs + j];
    let first = row % params.rows * 2u * width + vec2<u32>(4u * j, 4u * j + 2u);
    var best = top.xz;
    var place = first;
    var won = wins(top.yw, best);
    best = select(best, top.yw, won);
    place = select(place, first + 1u, won);
    won = wins(bottom.xz, best);
    best = select(best, bottom.xz, won);
    place = select(place, first + width, won);
    won = wins(bottom.yw, best);
    out[row * params.pairs + j] = select(best, bottom.yw, won);
    // @begin keep
    places[row * params.pairs + j] = select(place, first + width + 1u, won);
    // @end keep
  }
}
