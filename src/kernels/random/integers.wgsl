// n = floor(word * below / 2^32), the high half of the 64-bit product; below = 0 stands for 2^32, the word itself.
alias OUT = u32;

fn convert(words: vec4<u32>) -> vec4<u32> {
  let b = params.below;
  let scaled = vec4<u32>(mul_high(words.x, b), mul_high(words.y, b), mul_high(words.z, b), mul_high(words.w, b));
  return select(scaled, words, b == 0u);
}
