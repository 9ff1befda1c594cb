// x = standard normal quantile of a word, in whole numbers so that every device makes the same bits.
// Method, source and accuracy: normal.ts, whose normalFromWord this follows line by line.
alias OUT = f32;

fn convert(words: vec4<u32>) -> vec4<f32> {
  return vec4<f32>(quantile(words.x), quantile(words.y), quantile(words.z), quantile(words.w));
}

fn quantile(word: u32) -> f32 {
  // Odd M of 32 bits: the tail probability is M * 2^-33. Octave, segment and place in it follow from its bits.
  let odd = (word << 1u) | 1u;
  let octave = countLeadingZeros(odd);
  let shifted = odd << octave;
  let c = params.table[octave * 16u + ((shifted >> 27u) & 15u)];
  let t = shifted << 5u;
  // x in units of 2^-28; the middle segment may end one unit below zero.
  let slope = c.y - mul_high(t, c.z - mul_high(t, c.w));
  let x = u32(max(i32(c.x) - i32(mul_high(t, slope)), 1));
  // Round to the 24 bits that an f32 holds, halves up, so that the conversion and the scaling are exact.
  let drop = u32(max(8 - i32(countLeadingZeros(x)), 0));
  let digits = (x + ((1u << drop) >> 1u)) >> drop;
  // 2^(drop - 28) by its bits.
  let magnitude = f32(digits) * bitcast<f32>((drop + 99u) << 23u);
  return select(magnitude, -magnitude, (word >> 31u) == 1u);
}
