// dw[part][g][o, c, i, j] = sum over the part's images n and all y, x of gradient[n, o, y, x] * in[n, c, v, u], where
// (v, u) = (y, x) * stride - padding + (i, j) * dilation. The first rung: one invocation makes one element of a part.

const WORKGROUP = 64u;

struct Params {
  batch: u32,
  groups: u32,
  in_channels: u32,   // per group
  out_channels: u32,  // per group
  in_size: vec2<u32>,   // height, width
  out_size: vec2<u32>,
  kernel: vec2<u32>,
  stride: vec2<i32>,
  padding: vec2<i32>,
  dilation: vec2<i32>,
  parts: u32,        // parts of the batch; their sums are added later
  part_images: u32,  // images in a part
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> input: array<f32>;
@group(0) @binding(2) var<storage, read> gradient: array<f32>;
@group(0) @binding(3) var<storage, read_write> dw: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + lane;
  let taps = params.kernel.x * params.kernel.y;
  let ky = i32(i / params.kernel.y % params.kernel.x);
  let kx = i32(i % params.kernel.y);
  let c = i / taps % params.in_channels;
  let channel = i / taps / params.in_channels % (params.groups * params.out_channels);
  let part = i / taps / params.in_channels / (params.groups * params.out_channels);
  if (part >= params.parts) {
    return;
  }
  let g = channel / params.out_channels;
  let in_plane = params.in_size.x * params.in_size.y;
  let out_plane = params.out_size.x * params.out_size.y;
  let end = min((part + 1u) * params.part_images, params.batch);
  var total = 0.0;
  for (var n = part * params.part_images; n < end; n++) {
    let in_base = ((n * params.groups + g) * params.in_channels + c) * in_plane;
    let gradient_base = (n * params.groups * params.out_channels + channel) * out_plane;
    for (var y = 0u; y < params.out_size.x; y++) {
      let v = u32(i32(y) * params.stride.x - params.padding.x + ky * params.dilation.x);
      if (v >= params.in_size.x) {
        continue;
      }
      for (var x = 0u; x < params.out_size.y; x++) {
        // A negative place wraps to a huge one, which is outside.
        let u = u32(i32(x) * params.stride.y - params.padding.y + kx * params.dilation.y);
        if (u < params.in_size.y) {
          let at = gradient_base + y * params.out_size.y + x;
          total = fma(input[in_base + v * params.in_size.y + u], gradient[at], total);
        }
      }
    }
  }
  dw[i] = total;
}
