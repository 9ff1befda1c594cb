// clock = clock + 1, a 64-bit counter in two words. One invocation in all.

// Low and high word.
@group(0) @binding(0) var<storage, read_write> clock: array<u32, 2>;

@compute @workgroup_size(1)
fn main() {
  let low = clock[0] + 1u;
  clock[0] = low;
  if (low == 0u) {
    clock[1] = clock[1] + 1u;
  }
}
