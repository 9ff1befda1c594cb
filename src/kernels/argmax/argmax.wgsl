// Argmax: out[row] = first i with the largest x[row, i]; NaN counts as larger than any number.
// One invocation makes one row's index. A row is the `length` elements along the axis, `step` apart.

const WORKGROUP = 64u;

struct Params {
  rows: u32,    // results
  length: u32,  // elements of a row, at least one
  step: u32,    // elements from one to the next in a row (the product of the later sizes)
  pad: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> in: array<f32>;         // x
@group(0) @binding(2) var<storage, read_write> out: array<u32>;  // the shape without the axis

// NaN by its bits: comparisons with NaN may be folded away.
fn is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = (group.y * groups.x + group.x) * WORKGROUP + lane;
  if (row >= params.rows) {
    return;
  }
  let start = (row / params.step) * params.length * params.step + row % params.step;
  var best = in[start];
  var best_at = 0u;
  for (var i = 1u; i < params.length; i++) {
    let x = in[start + i * params.step];
    if (!is_nan(best) && (is_nan(x) || x > best)) {
      best = x;
      best_at = i;
    }
  }
  out[row] = best_at;
}
