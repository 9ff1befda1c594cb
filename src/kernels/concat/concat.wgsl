// Concatenation: each row of out is a row of in0, then one of in1, and so on (a row: the joined axis and all after it).
// One invocation copies one element, whatever its type: by its bits.
// concat.ts writes the parts between "@begin" and "@end" anew for each number of inputs, up to seven.

const WORKGROUP = 64u;

struct Params {
  count: u32,                 // elements of out
  width: u32,                 // elements of one row of out
  pad: vec2<u32>,
  parts: array<vec4<u32>, 7>,  // per input: x = column of out where its rows begin, y = elements of its row
}

@group(0) @binding(0) var<uniform> params: Params;
// @begin bindings
@group(0) @binding(1) var<storage, read> in0: array<u32>;
@group(0) @binding(2) var<storage, read> in1: array<u32>;
@group(0) @binding(3) var<storage, read_write> out: array<u32>;
// @end bindings

// True where the column belongs to a part.
fn holds(part: u32, column: u32) -> bool {
  return column - params.parts[part].x < params.parts[part].y;
}

// Place in a part of the element at a row and column of out.
fn place(part: u32, row: u32, column: u32) -> u32 {
  return row * params.parts[part].y + column - params.parts[part].x;
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
  var value = 0u;
// @begin copies
  if (holds(0u, column)) { value = in0[place(0u, row, column)]; }
  if (holds(1u, column)) { value = in1[place(1u, row, column)]; }
// @end copies
  out[i] = value;
}
