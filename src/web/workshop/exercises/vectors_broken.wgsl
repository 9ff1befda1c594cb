// sum[i] = a[i] + b[i]. There are only a quarter as many invocations as elements: each must make four.

struct Params {
  count: u32,  // elements, a multiple of four
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> sum: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let i = id.x;
  if (i >= params.count) {
    return;
  }
  sum[i] = a[i] + b[i];
}
