// Gather: out[o, j, i] = in[o, row, i], row = indices at (o, j, i), or at (j) alone. It serves gather, indexSelect, embedding.
// One invocation copies one element, whatever its type: by its bits.

const WORKGROUP = 64u;
const SIGNED = false;  // indices are i32: negative ones count from the end
const CLAMP = true;    // rows out of range: the nearest row if true, else NaN
const NAN_BITS = 0x7fc00000u;

struct Params {
  count: u32,        // elements of out
  rows: u32,         // size of the axis that is gathered from
  picks: u32,        // size of j
  width: u32,        // size of i
  outer_step: u32,   // elements of `indices` from o to o + 1
  pick_step: u32,    // the same for j
  inner_step: u32,   // the same for i
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> in: array<u32>;       // [outer, rows, width]
@group(0) @binding(2) var<storage, read> indices: array<u32>;  // bits of u32 or i32
@group(0) @binding(3) var<storage, read_write> out: array<u32>;  // [outer, picks, width]

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
  let j = (n / params.width) % params.picks;
  let o = n / (params.width * params.picks);
  let row = row_of(indices[o * params.outer_step + j * params.pick_step + i * params.inner_step]);
  var value = NAN_BITS;
  if (row < params.rows) {
    value = in[(o * params.rows + row) * params.width + i];
  }
  out[n] = value;
}
