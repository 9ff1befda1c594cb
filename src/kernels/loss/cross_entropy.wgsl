// Cross entropy of each row: with LABELS, loss = log(s) + m - x[label]; else loss = sum(t * (log(s) + m - x)) over classes.
// m = largest x of the row, s = sum of exp(x - m). Without LOGITS x are log-probabilities: loss = -x[label] (nll).
// One invocation makes one row's loss, and what the gradient needs of the row.

alias Target = u32;  // u32 for labels, f32 for probabilities
const LOGITS = true;
const LABELS = true;
const WORKGROUP = 64u;
const BLOCK = 64u;  // classes that one accumulator takes before it joins the total, so that errors stay small

struct Params {
  rows: u32,     // N
  classes: u32,  // C, at least one
  nan: f32,      // NaN, the loss of a row whose label is not below C; WGSL cannot write it
  pad: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> scores: array<f32>;      // x [N, C]
@group(0) @binding(2) var<storage, read> targets: array<Target>;  // labels [N] or probabilities t [N, C]
@group(0) @binding(3) var<storage, read_write> losses: array<f32>;      // [N]
// [N]: m, log(s), sum of t (NaN for a bad label), 0
@group(0) @binding(4) var<storage, read_write> row_sums: array<vec4<f32>>;

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
  let start = row * params.classes;

  var peak = 0.0;
  var log_total = 0.0;
  if (LOGITS) {
    // A NaN that max() drops here still makes the sum NaN below.
    peak = scores[start];
    for (var c = 1u; c < params.classes; c++) {
      peak = max(peak, scores[start + c]);
    }
    var total = 0.0;
    for (var block = 0u; block < params.classes; block += BLOCK) {
      var share = 0.0;
      for (var c = block; c < min(block + BLOCK, params.classes); c++) {
        share += exp(scores[start + c] - peak);
      }
      total += share;
    }
    log_total = log(total);
  }

  var loss = 0.0;
  var weight = 1.0;
  if (LABELS) {
    let label = u32(targets[row]);
    let is_class = label < params.classes;
    let score = scores[start + min(label, params.classes - 1u)];
    loss = select(params.nan, log_total + (peak - score), is_class);
    weight = select(params.nan, 1.0, is_class);
  } else {
    weight = 0.0;
    for (var c = 0u; c < params.classes; c++) {
      let t = f32(targets[start + c]);
      loss += t * (log_total + (peak - scores[start + c]));
      weight += t;
    }
  }
  losses[row] = loss;
  row_sums[row] = vec4<f32>(peak, log_total, weight, 0.0);
}
