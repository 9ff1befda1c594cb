// y[i] = x[i] * (1 / (1 - p) where uniform number i >= p, else 0). One invocation makes one block of four.
// Its gradient is the same kernel on the gradient: the same counter makes the same mask, so nothing is stored.
// philox.wgsl is joined to this text by random.ts.

const WORKGROUP = 64u;

struct Params {
  blocks: u32,            // ceil(elements / 4)
  stream: u32,            // which sequence of this seed
  seed_low: u32,
  seed_high: u32,
  threshold: u32,         // ceil(p * 2^24): elements whose word >> 8 lies below are dropped
  scale: f32,             // 1 / (1 - p)
}

@group(0) @binding(0) var<uniform> params: Params;
// Step counter: low and high word.
@group(0) @binding(1) var<storage, read> clock: array<u32>;
@group(0) @binding(2) var<storage, read> x: array<vec4<f32>>;
// Every buffer is a whole number of 16 bytes, so the last block may end in padding.
@group(0) @binding(3) var<storage, read_write> y: array<vec4<f32>>;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let block = (group.y * groups.x + group.x) * WORKGROUP + lane;
  if (block >= params.blocks) {
    return;
  }
  let counter = vec4<u32>(block, params.stream, clock[0], clock[1]);
  let words = philox(counter, vec2<u32>(params.seed_low, params.seed_high));
  let keep = (words >> vec4<u32>(8u)) >= vec4<u32>(params.threshold);
  // A product, not a choice, so that NaN shows wherever it arises.
  y[block] = x[block] * select(vec4<f32>(0.0), vec4<f32>(params.scale), keep);
}
