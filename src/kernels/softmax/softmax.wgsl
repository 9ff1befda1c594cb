// Softmax along one axis: out = exp(x - m) / s, or with LOG out = (x - m) - log(s); m = largest x, s = sum of exp(x - m).
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
@group(0) @binding(1) var<storage, read> in: array<f32>;         // x
@group(0) @binding(2) var<storage, read_write> out: array<f32>;  // same shape

var<workgroup> shares: array<f32, WORKGROUP>;

// The largest (`by_max`) or the sum of what the lanes of each row hold, given to all of them.
fn across(value: f32, lane: u32, by_max: bool) -> f32 {
  if (LANES == 1u) {
    return value;
  }
  workgroupBarrier();
  shares[lane] = value;
  for (var half = LANES / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (lane % LANES < half) {
      let other = shares[lane + half];
      shares[lane] = select(shares[lane] + other, max(shares[lane], other), by_max);
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
  let start = select(0u, (row / params.step) * params.length * params.step + row % params.step, is_row);
  let length = select(0u, params.length, is_row);
  let first = lane % LANES;

  // A NaN that max() drops here still makes the sum NaN below.
  var peak = in[start];
  for (var i = first; i < length; i += LANES) {
    peak = max(peak, in[start + i * params.step]);
  }
  peak = across(peak, lane, true);

  var total = 0.0;
  for (var block = first; block < length; block += BLOCK * LANES) {
    var share = 0.0;
    for (var i = block; i < min(block + BLOCK * LANES, length); i += LANES) {
      share += exp(in[start + i * params.step] - peak);
    }
    total += share;
  }
  total = across(total, lane, false);

  let log_total = log(total);
  let scale = 1.0 / total;
  for (var i = first; i < length; i += LANES) {
    let centred = in[start + i * params.step] - peak;
    if (LOG) {
      out[start + i * params.step] = centred - log_total;
    } else {
      out[start + i * params.step] = exp(centred) * scale;
    }
  }
}
