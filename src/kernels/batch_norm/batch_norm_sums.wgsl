// Gradients of beta and gamma over a part of a channel: sum(g) and sum(g * (x - mean) * inv_std). Parts are added up later.
// A channel's places are runs: S / 4 vec4s (or S elements) per sample, or with S = 1 the elements of all samples.

alias T = vec4<f32>;
const WIDTH = 4u;  // elements in a T
const WORKGROUP = 64u;
const LANES = 1u;  // neighbouring invocations that share a part (a power of two)
const BLOCK = 16u;  // places per lane that one accumulator takes before it joins the total, so that errors stay small

struct Params {
  channels: u32,      // C
  parts: u32,         // parts that each channel is split into
  places: u32,        // Ts of a channel
  chunk: u32,         // Ts of a part
  run: u32,           // Ts of a run
  step: u32,          // Ts from one to the next in a run
  run_step: u32,      // Ts from run to run
  channel_step: u32,  // Ts from channel to channel
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> g: array<T>;                // gradient of the result [N, C, S]
@group(0) @binding(2) var<storage, read> x: array<T>;                // input [N, C, S]
@group(0) @binding(3) var<storage, read> mean: array<f32>;           // [C]
@group(0) @binding(4) var<storage, read> inv_std: array<f32>;        // [C]
@group(0) @binding(5) var<storage, read_write> dbeta: array<f32>;    // [parts, C]
@group(0) @binding(6) var<storage, read_write> dgamma: array<f32>;   // [parts, C]

var<workgroup> shares: array<vec2<f32>, WORKGROUP>;

fn across_width(value: T) -> f32 {
  let v = vec4<f32>(value);
  return select(v.x, (v.x + v.y) + (v.z + v.w), WIDTH == 4u);
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let task = (group.y * groups.x + group.x) * (WORKGROUP / LANES) + lane / LANES;
  let is_task = task < params.channels * params.parts;
  let channel = task % params.channels;
  let centre = T(mean[channel]);
  let begin = (task / params.channels) * params.chunk;
  let end = select(begin, min(begin + params.chunk, params.places), is_task);
  var total = T();
  var total_product = T();
  for (var t = begin; t < end;) {
    let stop = min(t + BLOCK * LANES, end);
    var share = T();
    var share_product = T();
    while (t < stop) {
      let first = t % params.run;
      let count = min(params.run - first, stop - t);
      let start = channel * params.channel_step + (t / params.run) * params.run_step + first * params.step;
      for (var i = lane % LANES; i < count; i += LANES) {
        let slope = g[start + i * params.step];
        share += slope;
        share_product += slope * (x[start + i * params.step] - centre);
      }
      t += count;
    }
    total += share;
    total_product += share_product;
  }
  var sums = vec2<f32>(across_width(total), across_width(total_product));
  if (LANES > 1u) {
    shares[lane] = sums;
    for (var half = LANES / 2u; half > 0u; half /= 2u) {
      workgroupBarrier();
      if (lane % LANES < half) {
        shares[lane] += shares[lane + half];
      }
    }
    sums = shares[lane];
  }
  if (is_task && lane % LANES == 0u) {
    dbeta[task] = sums.x;
    dgamma[task] = sums.y * inv_std[channel];
  }
}
