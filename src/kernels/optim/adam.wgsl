// g = grad + weight_decay * param; m += (g - m) * (1 - beta1); v += (g^2 - v) * (1 - beta2), in place;
// param = param * (1 - scales.z) - scales.x * m / (sqrt(v) * scales.y + eps).
// Adam (Kingma and Ba, 2015) and AdamW (Loshchilov and Hutter, 2019) by PyTorch's formulas; scales: adam_scales.wgsl.
// v is written as a step towards g^2 because beta2 rounded to f32 would settle it 3e-5 off.
// One invocation updates a vector of four elements: more of them per invocation took twice the time on lavapipe.

const WORKGROUP = 64u;

struct Params {
  count: u32,             // vectors: ceil(elements / 4); every buffer is a whole number of 16 bytes
  rest1: f32,             // 1 - beta1
  rest2: f32,             // 1 - beta2
  eps: f32,
  weight_decay: f32,      // added to the gradient; 0 for AdamW
}

@group(0) @binding(0) var<uniform> params: Params;
// x = lr / (1 - beta1^t), y = 1 / sqrt(1 - beta2^t), z = lr * decoupled weight decay.
@group(0) @binding(1) var<storage, read> scales: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> grad: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> param: array<vec4<f32>>;
// PyTorch's exp_avg and exp_avg_sq.
@group(0) @binding(4) var<storage, read_write> exp_avg: array<vec4<f32>>;
@group(0) @binding(5) var<storage, read_write> exp_avg_sq: array<vec4<f32>>;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + lane;
  if (i >= params.count) {
    return;
  }
  let scale = scales[0];
  let p = param[i];
  let g = grad[i] + params.weight_decay * p;
  let m_old = exp_avg[i];
  let v_old = exp_avg_sq[i];
  let m = m_old + (g - m_old) * params.rest1;
  let v = v_old + (g * g - v_old) * params.rest2;
  exp_avg[i] = m;
  exp_avg_sq[i] = v;
  param[i] = p - p * scale.z - scale.x * m / (sqrt(v) * scale.y + params.eps);
}
