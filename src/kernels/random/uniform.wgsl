// u = (word >> 8) * 2^-24, uniform in [0, 1): both steps are exact in f32, so every device makes the same bits.
alias OUT = f32;

fn convert(words: vec4<u32>) -> vec4<f32> {
  return vec4<f32>(words >> vec4<u32>(8u)) * 0x1p-24f;
}
