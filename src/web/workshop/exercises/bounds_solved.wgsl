// out[i] = 2 * in[i]. One invocation makes one element; they come in workgroups of 64.

struct Params {
  count: u32,  // elements of in and out
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> in: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let i = id.x;
  if (i >= params.count) {
    return;
  }
  out[i] = 2.0 * in[i];
}
