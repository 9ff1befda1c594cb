// Mean and squared deviations of a part of a channel: mean = sum(x) / n, deviations = sum((x - mean)^2), in two passes;
// the second corrects what rounding did to the first (Chan, Golub, LeVeque 1983). batch_norm_finish.wgsl joins the parts.
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
@group(0) @binding(1) var<storage, read> x: array<T>;                         // [N, C, S]
@group(0) @binding(2) var<storage, read_write> part_stats: array<vec2<f32>>;  // [parts, C]: mean, deviations

var<workgroup> shares: array<vec2<f32>, WORKGROUP>;

// The sum of what the lanes of each part hold, given to all of them.
fn across(value: vec2<f32>, lane: u32) -> vec2<f32> {
  if (LANES == 1u) {
    return value;
  }
  workgroupBarrier();
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

fn across_width(value: T) -> f32 {
  let v = vec4<f32>(value);
  return select(v.x, (v.x + v.y) + (v.z + v.w), WIDTH == 4u);
}

// Sums of x - centre and of its square over this lane's share of the places from begin to end.
fn sums(base: u32, begin: u32, end: u32, first_lane: u32, centre: f32) -> vec2<f32> {
  var total = T();
  var total_square = T();
  for (var t = begin; t < end;) {
    let stop = min(t + BLOCK * LANES, end);
    var share = T();
    var share_square = T();
    while (t < stop) {
      let first = t % params.run;
      let count = min(params.run - first, stop - t);
      let start = base + (t / params.run) * params.run_step + first * params.step;
      for (var i = first_lane; i < count; i += LANES) {
        let d = x[start + i * params.step] - T(centre);
        share += d;
        share_square += d * d;
      }
      t += count;
    }
    total += share;
    total_square += share_square;
  }
  return vec2<f32>(across_width(total), across_width(total_square));
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let task = (group.y * groups.x + group.x) * (WORKGROUP / LANES) + lane / LANES;
  let is_task = task < params.channels * params.parts;
  let base = (task % params.channels) * params.channel_step;
  let begin = (task / params.channels) * params.chunk;
  let end = select(begin, min(begin + params.chunk, params.places), is_task);
  let count = f32(end - begin) * f32(WIDTH);
  let rough = across(sums(base, begin, end, lane % LANES, 0.0), lane).x / max(count, 1.0);
  let exact = across(sums(base, begin, end, lane % LANES, rough), lane);
  if (is_task && lane % LANES == 0u) {
    part_stats[task] = vec2<f32>(rough + exact.x / count, exact.y - exact.x * exact.x / count);
  }
}
