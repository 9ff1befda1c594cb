// Batch statistics from those of the parts: mean = sum(n_p * mean_p) / n, deviations = sum(d_p + n_p * (mean_p - mean)^2),
// inv_std = 1 / sqrt(deviations / n + eps); running values move towards the batch's by momentum, the variance unbiased.
// One invocation makes one channel.

const WORKGROUP = 64u;

struct Params {
  channels: u32,  // C
  parts: u32,     // parts of each channel
  count: u32,     // n, elements of a channel, at least two
  chunk: u32,     // elements of each part but the last
  momentum: f32,  // share of the batch in the new running values
  eps: f32,       // added to the variance
  pad: vec2<u32>,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> part_stats: array<vec2<f32>>;    // [parts, C]: mean, squared deviations
@group(0) @binding(2) var<storage, read_write> mean: array<f32>;          // [C]
@group(0) @binding(3) var<storage, read_write> inv_std: array<f32>;       // [C]
@group(0) @binding(4) var<storage, read_write> running_mean: array<f32>;  // [C], changed in place
@group(0) @binding(5) var<storage, read_write> running_var: array<f32>;   // [C], changed in place

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let channel = (group.y * groups.x + group.x) * WORKGROUP + lane;
  if (channel >= params.channels) {
    return;
  }
  // Distances to the first part's mean are small, so that their sum keeps its digits.
  let first = part_stats[channel].x;
  var shift = 0.0;
  for (var part = 1u; part < params.parts; part++) {
    let n = min(params.chunk, params.count - part * params.chunk);
    shift += (part_stats[part * params.channels + channel].x - first) * f32(n);
  }
  let batch_mean = first + shift / f32(params.count);
  var deviations = 0.0;
  for (var part = 0u; part < params.parts; part++) {
    let n = min(params.chunk, params.count - part * params.chunk);
    let stats = part_stats[part * params.channels + channel];
    deviations += stats.y + f32(n) * (stats.x - batch_mean) * (stats.x - batch_mean);
  }
  mean[channel] = batch_mean;
  inv_std[channel] = 1.0 / sqrt(deviations / f32(params.count) + params.eps);
  let unbiased = deviations / f32(params.count - 1u);
  running_mean[channel] = (1.0 - params.momentum) * running_mean[channel] + params.momentum * batch_mean;
  running_var[channel] = (1.0 - params.momentum) * running_var[channel] + params.momentum * unbiased;
}
