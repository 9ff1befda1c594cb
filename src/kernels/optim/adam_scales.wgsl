// t = t + 1; scales = (lr / (1 - beta1^t), 1 / sqrt(1 - beta2^t), lr * decoupled_decay, 0). One invocation in all.
// Adam's step counter and bias corrections stay on the GPU, so that many steps run without a word from the CPU.

struct Params {
  decay1: f32,            // -ln(beta1)
  decay2: f32,            // -ln(beta2)
  decoupled_decay: f32,   // AdamW's weight decay, 0 for Adam
}

@group(0) @binding(0) var<uniform> params: Params;
// Learning rate, one element.
@group(0) @binding(1) var<storage, read> lr: array<f32>;
// Steps done so far: low and high word.
@group(0) @binding(2) var<storage, read_write> step: array<u32, 2>;
@group(0) @binding(3) var<storage, read_write> scales: array<vec4<f32>>;

// 1 - exp(-z) for z > 0. Near 0 by its series, where the difference would lose digits: at t = 1 and beta2 = 0.999, 1 - beta2^t
// in f32 is wrong by 3e-5 of itself.
fn one_minus_exp(z: f32) -> f32 {
  if (z > 0.5) {
    return 1.0 - exp(-min(z, 80.0));
  }
  var sum = 1.0;
  for (var n = 9.0; n > 1.5; n -= 1.0) {
    sum = 1.0 - z / n * sum;
  }
  return z * sum;
}

@compute @workgroup_size(1)
fn main() {
  let low = step[0] + 1u;
  step[0] = low;
  if (low == 0u) {
    step[1] = step[1] + 1u;
  }
  let t = f32(step[1]) * 4294967296.0 + f32(low);
  let correction1 = one_minus_exp(t * params.decay1);
  let correction2 = one_minus_exp(t * params.decay2);
  scales[0] = vec4<f32>(lr[0] / correction1, 1.0 / sqrt(correction2), lr[0] * params.decoupled_decay, 0.0);
}
