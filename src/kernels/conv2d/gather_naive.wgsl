// out[n, o, y, x] = finish(sum over c, i, j of in[n, c, v, u] * w[o, c, i, j]), (v, u) being the place that tap (i, j)
// of output (y, x) reads. The first rung: one invocation makes one element.
//
// One rule serves the forward pass, the input gradient and the transposed convolution. Along each axis, tap i of output
// place y reads place (y * scale + offset + i * step) / divisor, if that is whole and inside:
//   forward:   scale = stride, offset = -padding, step = dilation,  divisor = 1
//   backward:  scale = 1,      offset = padding,  step = -dilation, divisor = stride

const WORKGROUP = 64u;
alias T = f32;
alias U = u32;  // the bits of a T
alias B = bool;
alias Channels = f32;  // one output channel at a time

struct Params {
  batch: u32,
  groups: u32,
  in_channels: u32,   // per group
  out_channels: u32,  // per group
  in_size: vec2<u32>,   // height, width
  out_size: vec2<u32>,
  kernel: vec2<u32>,
  scale: vec2<i32>,
  offset: vec2<i32>,
  step: vec2<i32>,
  divisor: vec2<u32>,
  w_group: u32,  // elements of w from one group to the next
  w_out: u32,    // from one output channel to the next
  w_in: u32,     // from one input channel to the next
// @begin fields
// @end fields
}

@group(0) @binding(0) var<uniform> params: Params;
// @begin bindings
@group(0) @binding(1) var<storage, read> input: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<f32>;
@group(0) @binding(3) var<storage, read_write> output: array<f32>;
// @end bindings

// @begin finish
// What is stored at element `at` of the result.
fn epilogue(value: T, at: u32) -> T {
  return value;
}

fn biased(sum: Channels, channel: u32) -> Channels {
  return sum;
}
// @end finish

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + lane;
  let place = i % (params.out_size.x * params.out_size.y);
  let plane = i / (params.out_size.x * params.out_size.y);
  let channel = plane % (params.groups * params.out_channels);
  let n = plane / (params.groups * params.out_channels);
  if (n >= params.batch) {
    return;
  }
  let g = channel / params.out_channels;
  let o = channel % params.out_channels;
  let y = i32(place / params.out_size.y) * params.scale.x + params.offset.x;
  let x = i32(place % params.out_size.y) * params.scale.y + params.offset.y;
  let in_plane = params.in_size.x * params.in_size.y;
  var total = 0.0;
  for (var c = 0u; c < params.in_channels; c++) {
    let in_base = ((n * params.groups + g) * params.in_channels + c) * in_plane;
    let w_base = g * params.w_group + o * params.w_out + c * params.w_in;
    for (var ky = 0u; ky < params.kernel.x; ky++) {
      let v = u32(y + i32(ky) * params.step.x);
      if (v % params.divisor.x != 0u || v / params.divisor.x >= params.in_size.x) {
        continue;
      }
      for (var kx = 0u; kx < params.kernel.y; kx++) {
        // A negative place wraps to a huge one, which is outside.
        let u = u32(x + i32(kx) * params.step.y);
        if (u % params.divisor.y == 0u && u / params.divisor.y < params.in_size.y) {
          let at = in_base + v / params.divisor.x * params.in_size.y + u / params.divisor.y;
          total = fma(input[at], w[w_base + ky * params.kernel.y + kx], total);
        }
      }
    }
  }
  output[i] = epilogue(biased(total, channel), i);
}
