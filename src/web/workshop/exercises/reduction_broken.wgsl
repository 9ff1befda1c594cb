// out[group] = the sum of the 64 numbers of a workgroup, in six rounds: in each, the first half adds the second half to itself.

const SIZE = 64u;

@group(0) @binding(0) var<storage, read> in: array<f32>;
@group(0) @binding(1) var<storage, read_write> out: array<f32>;

var<workgroup> sums: array<f32, SIZE>;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  sums[lane] = in[group.x * SIZE + lane];
  workgroupBarrier();
  for (var half = SIZE / 2u; half > 1u; half /= 2u) {
    if (lane < half) {
      sums[lane] += sums[lane + half];
    }
    workgroupBarrier();
  }
  if (lane == 0u) {
    out[group.x] = sums[0];
  }
}
