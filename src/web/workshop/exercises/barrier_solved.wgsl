// Each workgroup turns 256 numbers round: out[first + i] = in[first + 255 - i].
// Every invocation puts one number into workgroup memory and takes out one that another invocation put there.

const SIZE = 256u;

@group(0) @binding(0) var<storage, read> in: array<f32>;
@group(0) @binding(1) var<storage, read_write> out: array<f32>;

var<workgroup> shared_numbers: array<f32, SIZE>;

@compute @workgroup_size(SIZE)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let first = group.x * SIZE;
  shared_numbers[lane] = in[first + lane];
  workgroupBarrier();
  out[first + lane] = shared_numbers[SIZE - 1u - lane];
}
