// Gradient of softmax: dx = y * (g - sum(y * g)); with LOG, of log-softmax: dx = g - exp(y) * sum(g). Sums run along a row.
// A row is the `length` elements along the axis, `step` apart; LANES invocations share a row.

const LOG = false;
const WORKGROUP = 64u;
const LANES = 1u;  // neighbouring invocations that share a row (a power of two)
const BLOCK = 64u;  // elements per lane that one accumulator takes before it joins the total, so that errors stay small

struct Params {
  rows: u32,    // rows: elements / length
  length: u32,  // elements of a row, at least one
  step: u32,    // elements from one to the next in a row (the product of the later sizes)
  pad: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> y: array<f32>;         // result of the forward pass
@group(0) @binding(2) var<storage, read> g: array<f32>;         // gradient of y
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;  // gradient of x

var<workgroup> shares: array<f32, WORKGROUP>;

// The sum of what the lanes of each row hold, given to all of them.
fn across(value: f32, lane: u32) -> f32 {
  if (LANES == 1u) {
    return value;
  }
  shares[lane] = value;
  for (var half = LANES / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (lane % LANES < half) {
      shares[lane] += shares[lane + half];
    }
  }
  workgroupBarrier();
  return shares[lane - lane % LANES];
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = (group.y * groups.x + group.x) * (WORKGROUP / LANES) + lane / LANES;
  let is_row = row < params.rows;
  let start = (row / params.step) * params.length * params.step + row % params.step;
  let length = select(0u, params.length, is_row);
  let first = lane % LANES;

  var total = 0.0;
  for (var block = first; block < length; block += BLOCK * LANES) {
    var share = 0.0;
    for (var i = block; i < min(block + BLOCK * LANES, length); i += LANES) {
      let at = start + i * params.step;
      if (LOG) {
        share += g[at];
      } else {
        share += y[at] * g[at];
      }
    }
    total += share;
  }
  total = across(total, lane);

  for (var i = first; i < length; i += LANES) {
    let at = start + i * params.step;
    if (LOG) {
      dx[at] = g[at] - exp(y[at]) * total;
    } else {
      dx[at] = y[at] * (g[at] - total);
    }
  }
}
