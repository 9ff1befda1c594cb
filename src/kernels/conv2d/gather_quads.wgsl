// out[n, o, y, x] = finish(sum over c, i, j of in[n, c, v, u] * w[o, c, i, j]), for drivers that run on the CPU, where a sum is short.
// Idea: of a short sum the loads and stores are most of the work. A lane makes four neighbouring pixels of a row, which one store takes,
// in all output channels; what these pixels see is loaded once for all channels, and the weights of as many channels as a subgroup has
// lanes are loaded one channel a lane, and broadcast. The rule for (v, u) is that of gather_naive.wgsl, forward.
enable subgroups;

const LANES = 8u;  // invocations per subgroup
const CHANNELS = 1u;  // input channels of a group
const KERNEL_Y = 3u;
const KERNEL_X = 3u;
const SCALE = 1u;  // along x: the stride
const DILATION = 1u;
const SPAN = 3u * SCALE + (KERNEL_X - 1u) * DILATION + 1u;  // values of a row that four pixels see
alias T = vec4<f32>;  // what the epilogue computes with: four pixels
alias U = vec4<u32>;
alias B = vec4<bool>;
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
  quads: u32,  // fours of pixels of all images
  tiles: u32,  // workgroups along them
// @begin fields
// @end fields
}

@group(0) @binding(0) var<uniform> params: Params;
// @begin bindings
@group(0) @binding(1) var<storage, read> input: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<f32>;
@group(0) @binding(3) var<storage, read_write> output: array<vec4<f32>>;
// @end bindings

// @begin finish
// What is stored at element `at` of the result and the three behind it.
fn epilogue(value: T, at: u32) -> T {
  return value;
}

fn biased(sum: Channels, channel: u32) -> Channels {
  return sum;
}
// @end finish

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(subgroup_invocation_id) lane: u32,
) {
  let tile = group.y * groups.x + group.x;
  let g = tile / params.tiles;
  if (g >= params.groups) {
    return;
  }
  let own_quad = (tile - g * params.tiles) * LANES + lane;
  let pixel = 4u * min(own_quad, params.quads - 1u);
  let in_plane = params.in_size.x * params.in_size.y;
  let out_plane = params.out_size.x * params.out_size.y;
  let image = pixel / out_plane;
  let place = pixel - image * out_plane;
  let row = place / params.out_size.y;
  let y = i32(row) * params.scale.x + params.offset.x;
  let x = i32(place - row * params.out_size.y) * params.scale.y + params.offset.y;

  // @registers
  var own: array<f32, CHANNELS * KERNEL_Y * SPAN>;
  // @registers
  var weights: array<f32, CHANNELS * KERNEL_Y * KERNEL_X>;
  // @unroll
  for (var c = 0u; c < CHANNELS; c++) {
    // @unroll
    for (var ky = 0u; ky < KERNEL_Y; ky++) {
      // A negative place wraps to a huge one, which is outside.
      let v = u32(y + i32(ky) * params.step.x);
      let source = ((image * params.groups + g) * CHANNELS + c) * in_plane + v * params.in_size.y;
      // @unroll
      for (var i = 0u; i < SPAN; i++) {
        let u = u32(x + i32(i));
        let inside = v < params.in_size.x && u < params.in_size.y;
        own[(c * KERNEL_Y + ky) * SPAN + i] = select(0.0, input[select(0u, source + u, inside)], inside);
      }
    }
  }
  for (var first = 0u; first < params.out_channels; first += LANES) {
    let channel = g * params.out_channels + min(first + lane, params.out_channels - 1u);
    // @unroll
    for (var t = 0u; t < CHANNELS * KERNEL_Y * KERNEL_X; t++) {
      weights[t] = w[channel * (CHANNELS * KERNEL_Y * KERNEL_X) + t];
    }
    let bias = biased(0.0, channel);
    let out_at = ((image * params.groups + g) * params.out_channels + first) * out_plane + place;
    // @unroll
    for (var k = 0u; k < LANES; k++) {
      var sum = vec4<f32>();
      // @unroll
      for (var t = 0u; t < CHANNELS * KERNEL_Y; t++) {
        // @unroll
        for (var kx = 0u; kx < KERNEL_X; kx++) {
          let seen = vec4<f32>(
            own[t * SPAN + kx * DILATION],
            own[t * SPAN + kx * DILATION + SCALE],
            own[t * SPAN + kx * DILATION + 2u * SCALE],
            own[t * SPAN + kx * DILATION + 3u * SCALE],
          );
          sum = fma(seen, vec4<f32>(subgroupBroadcast(weights[t * KERNEL_X + kx], k)), sum);
        }
      }
      let result = sum + subgroupBroadcast(bias, k);
      if (own_quad < params.quads && first + k < params.out_channels) {
        let at = out_at + k * out_plane;
        output[at / 4u] = epilogue(result, at);
      }
    }
  }
}
