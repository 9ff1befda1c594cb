// Which of the elements from number `at` on are kept: those whose uniform number is at least p.
// place: stream, low and high word of the seed, ceil(p * 2^24). The same counter makes the same mask, so that none is stored.
// Functions only: random.ts chooses the last one by how many elements T holds; philox.wgsl comes with them.

fn kept_of_block(block: u32, place: vec4<u32>, low: u32, high: u32) -> vec4<bool> {
  let words = philox(vec4<u32>(block, place.x, low, high), place.yz);
  return (words >> vec4<u32>(8u)) >= vec4<u32>(place.w);
}

// @begin kept
fn kept(at: u32, place: vec4<u32>, low: u32, high: u32) -> vec4<bool> {
  return kept_of_block(at / 4u, place, low, high);
}
// @end kept
