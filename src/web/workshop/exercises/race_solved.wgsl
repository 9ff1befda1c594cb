// Each workgroup counts how often the numbers 0 to 15 stand among its 256: out[16 * group + n] = how many are n.

const SIZE = 256u;
const BINS = 16u;

@group(0) @binding(0) var<storage, read> in: array<u32>;
@group(0) @binding(1) var<storage, read_write> out: array<u32>;

var<workgroup> counts: array<atomic<u32>, BINS>;  // workgroup memory begins as zeros

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let number = in[group.x * SIZE + lane];
  atomicAdd(&counts[number], 1u);
  workgroupBarrier();
  if (lane < BINS) {
    out[group.x * BINS + lane] = atomicLoad(&counts[lane]);
  }
}
