// param -= lr * (grad + weight_decay * param): gradient descent without momentum, in place.
// One invocation updates a vector of four elements: more of them per invocation took twice the time on lavapipe.

const WORKGROUP = 64u;

struct Params {
  count: u32,             // vectors: ceil(elements / 4); every buffer is a whole number of 16 bytes
  weight_decay: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
// Learning rate, one element.
@group(0) @binding(1) var<storage, read> lr: array<f32>;
@group(0) @binding(2) var<storage, read> grad: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> param: array<vec4<f32>>;

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
  let rate = lr[0];
  let p = param[i];
  param[i] = p - rate * (grad[i] + params.weight_decay * p);
}
