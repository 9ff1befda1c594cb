// Gradient of gather: dx[o, r, i] = sum over j of g[o, j, i] where the index at (o, j, i), or at (j) alone, means row r.
// One invocation makes one dx and looks through all j in order: no atomics, the same bits every time.

const WORKGROUP = 64u;
const SIGNED = false;  // indices are i32: negative ones count from the end
const CLAMP = true;    // rows out of range: the nearest row if true, else none

struct Params {
  count: u32,        // elements of dx
  rows: u32,         // size of the axis that was gathered from
  picks: u32,        // size of j
  width: u32,        // size of i
  outer_step: u32,   // elements of `indices` from o to o + 1
  pick_step: u32,    // the same for j
  inner_step: u32,   // the same for i
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> gradient: array<f32>;  // g: [outer, picks, width]
@group(0) @binding(2) var<storage, read> indices: array<u32>;   // bits of u32 or i32
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;  // [outer, rows, width]

// The row that an index means; `rows` or more for none.
fn row_of(index: u32) -> u32 {
  var row = index;
  if (SIGNED) {
    let place = bitcast<i32>(index);
    row = select(index, u32(max(place + i32(params.rows), 0)), place < 0);
  }
  return select(row, min(row, params.rows - 1u), CLAMP);
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let n = (group.y * groups.x + group.x) * WORKGROUP + lane;
  if (n >= params.count) {
    return;
  }
  let i = n % params.width;
  let row = (n / params.width) % params.rows;
  let o = n / (params.width * params.rows);
  let first = o * params.outer_step + i * params.inner_step;
  var total = 0.0;
  for (var j = 0u; j < params.picks; j++) {
    if (row_of(indices[first + j * params.pick_step]) == row) {
      total += gradient[(o * params.picks + j) * params.width + i];
    }
  }
  dx[n] = total;
}
