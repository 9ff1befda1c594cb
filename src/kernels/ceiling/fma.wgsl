// The most multiply-adds that the adapter does: independent chains in registers, no memory but one store at the end.
// One idea: enough chains to hide a multiply-add's latency, few enough to stay in a CPU's sixteen vector registers.

const WORKGROUP: u32 = 64u;
const CHAINS: u32 = 10u;
const UNROLLED: u32 = 16u;
const ROUNDS: u32 = 512u;

@group(0) @binding(0) var<storage, read_write> result: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  // The factor stays just below one, so that nothing grows or becomes subnormal.
  let factor = 0.9999 - f32(id.x & 7u) * 1e-6;
  let addend = f32(id.x & 3u) * 1e-3;
  // @registers
  var chain: array<f32, CHAINS>;
  // @unroll
  for (var i = 0u; i < CHAINS; i++) {
    chain[i] = 0.1 * f32(i + 1u);
  }
  for (var round = 0u; round < ROUNDS; round++) {
    // @unroll
    for (var j = 0u; j < UNROLLED; j++) {
      // @unroll
      for (var i = 0u; i < CHAINS; i++) {
        chain[i] = fma(chain[i], factor, addend);
      }
    }
  }
  var sum = 0.0;
  // @unroll
  for (var i = 0u; i < CHAINS; i++) {
    sum += chain[i];
  }
  result[id.x] = sum;
}
