// Gradient of cross entropy: dx = factor * g * (exp(x - m - log(s)) * sum(t) - t), where t = 1 at the row's label, else 0.
// m = largest x of the row, s = sum of exp(x - m). Without LOGITS (nll) the first term vanishes.
// One invocation makes one element.

alias Target = u32;  // u32 for labels, f32 for probabilities
const LOGITS = true;
const LABELS = true;
const WORKGROUP = 64u;

struct Params {
  size: u32,     // N * C
  classes: u32,  // C
  g_step: u32,   // 1 where every row has its own g, 0 where one g serves all
  factor: f32,   // 1 / N for means, else 1
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> scores: array<f32>;          // x [N, C]
@group(0) @binding(2) var<storage, read> targets: array<Target>;      // labels [N] or probabilities t [N, C]
@group(0) @binding(3) var<storage, read> row_sums: array<vec4<f32>>;  // [N]: m, log(s), sum of t (NaN for a bad label), 0
@group(0) @binding(4) var<storage, read> g: array<f32>;               // gradient of the loss, [N] or one element
@group(0) @binding(5) var<storage, read_write> dx: array<f32>;        // [N, C]

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + lane;
  if (i >= params.size) {
    return;
  }
  let row = i / params.classes;
  let sums = row_sums[row];
  var t = 0.0;
  if (LABELS) {
    t = select(0.0, 1.0, u32(targets[row]) == i % params.classes);
  } else {
    t = f32(targets[i]);
  }
  // Without logits this is 0, or NaN for a bad label.
  var p = sums.z - 1.0;
  if (LOGITS) {
    p = exp(scores[i] - sums.x - sums.y) * sums.z;
  }
  dx[i] = params.factor * g[row * params.g_step] * (p - t);
}
