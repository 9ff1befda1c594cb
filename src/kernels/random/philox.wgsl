// Philox4x32-10 (Salmon et al., SC 2011): four random words from a counter and a key, the same bits as philox.ts.
// Functions only: random.ts joins them to the kernels that draw random numbers.

// High 32 bits of a * b, by 16-bit halves; no partial sum passes 2^32.
fn mul_high(a: u32, b: u32) -> u32 {
  let a_low = a & 0xffffu;
  let a_high = a >> 16u;
  let b_low = b & 0xffffu;
  let b_high = b >> 16u;
  let middle = a_high * b_low + ((a_low * b_low) >> 16u);
  let other = a_low * b_high + (middle & 0xffffu);
  return a_high * b_high + (middle >> 16u) + (other >> 16u);
}

fn philox(counter: vec4<u32>, seed: vec2<u32>) -> vec4<u32> {
  var c = counter;
  var key = seed;
  for (var round = 0u; round < 10u; round++) {
    let high_0 = mul_high(0xd2511f53u, c.x);
    let high_1 = mul_high(0xcd9e8d57u, c.z);
    c = vec4<u32>(high_1 ^ c.y ^ key.x, 0xcd9e8d57u * c.z, high_0 ^ c.w ^ key.y, 0xd2511f53u * c.x);
    key += vec2<u32>(0x9e3779b9u, 0xbb67ae85u);
  }
  return c;
}
