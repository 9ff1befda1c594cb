// Max pooling along a row: out[i] = the largest of in[4 * i] to in[4 * i + 3]. A window that holds a NaN gives NaN, so that a
// training that went wrong does not look right.

struct Params {
  count: u32,  // elements of out
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> in: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;

// WGSL lets compilers assume that no number is NaN, so look at the bits.
fn is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let i = id.x;
  if (i >= params.count) {
    return;
  }
  var best = in[4u * i];
  for (var k = 1u; k < 4u; k++) {
    let value = in[4u * i + k];
    if (is_nan(value) || (value > best && !is_nan(best))) {
      best = value;
    }
  }
  out[i] = best;
}
