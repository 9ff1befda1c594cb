// Elementwise: out[i] = f(in0[i], in1[i], ...), with operands broadcast to the output's shape.
// One invocation makes one T: four neighbours (vec4<f32>) where sizes allow it, else one element (f32).
// elementwise.ts writes the parts between "@begin" and "@end" anew for each fused expression.

// @begin types
alias T = vec4<f32>;
alias U = vec4<u32>;   // the bits of a T
alias B = vec4<bool>;  // its truth values
// @end types

const WORKGROUP = 64u;

struct Params {
  count: u32,                  // number of Ts in the output
  pad: vec3<u32>,
  words: array<vec4<u32>, 4>,  // uniforms of the rules
  maps: array<vec4<u32>, 16>,  // per input: x = output Ts per input element, y = input elements before they repeat
  sizes: array<vec4<u32>, 8>,  // per output axis: x = size (general broadcast only)
  strides: array<vec4<u32>, 32>,  // per axis and four inputs: elements to the next index along the axis, 0 if broadcast
}

@group(0) @binding(0) var<uniform> params: Params;
// @begin bindings
@group(0) @binding(1) var<storage, read> in0: array<T>;
@group(0) @binding(2) var<storage, read_write> out: array<T>;
// @end bindings

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
// @begin body
  let x0 = in0[i];
  let y = max(x0, T(0.0));
  out[i] = y;
// @end body
}
