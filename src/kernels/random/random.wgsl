// out[4 b + k] = convert(word k of philox(counter = (b, stream, clock), key = seed)): one invocation makes one block b.
// The conversion (uniform.wgsl, normal.wgsl or integers.wgsl) and philox.wgsl are joined to this text by random.ts.

const WORKGROUP = 64u;

// Length of the conversion's table; only normal.wgsl has one.
const TABLE = 1u;

struct Params {
  blocks: u32,            // ceil(count / 4)
  stream: u32,            // which sequence of this seed
  seed_low: u32,
  seed_high: u32,
  below: u32,             // integers: bound, 0 for 2^32
  table: array<vec4<u32>, TABLE>,  // normal: coefficients of each segment (at byte 32)
}

@group(0) @binding(0) var<uniform> params: Params;
// Step counter: low and high word.
@group(0) @binding(1) var<storage, read> clock: array<u32>;
// The numbers. Every buffer is a whole number of 16 bytes, so the last block may end in its padding.
@group(0) @binding(2) var<storage, read_write> out: array<vec4<OUT>>;

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
  out[block] = convert(philox(counter, vec2<u32>(params.seed_low, params.seed_high)));
}
