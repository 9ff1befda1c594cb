// out[n, o, y, x] = finish(sum over c, i, j of in[n, c, v, u] * w[o, c, i, j]), for GPUs.
// Idea: a product of channels x taps with taps x pixels, whose second operand is gathered piece by piece and never laid out.
// A workgroup loads a TILE x DEPTH piece of the weights and a DEPTH x TILE piece of the gathered input into workgroup memory,
// each invocation one vector of either, and makes 4 channels x 4 pixels per invocation in registers from them.
// The rule for (v, u) is that of gather_naive.wgsl.

const SIDE = 16u;     // invocations along each side of a tile
const TILE = 4u * SIDE;
const DEPTH = SIDE;   // taps (c, i, j) per piece: as many as give each invocation one vector to load
const STEP = SIDE + 1u;  // vectors from one tap to the next: one more, so that neighbours fall into different banks
// Constants, so that the compiler need not divide.
const KERNEL_Y = 3u;
const KERNEL_X = 3u;
const DIVISOR_Y = 1u;
const DIVISOR_X = 1u;
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
  w_group: u32,  // elements of w from one group to the next
  w_out: u32,    // from one output channel to the next
  w_in: u32,     // from one input channel to the next
  channel_tiles: u32,  // workgroups along the channels of a group
  pixel_tiles: u32,    // and along the pixels of all images
  four: u32,           // 4, and DEPTH, where the compiler must not know them: it would write loops out, for seconds on some drivers
  depth: u32,
// @begin fields
// @end fields
}

@group(0) @binding(0) var<uniform> params: Params;
// @begin bindings
@group(0) @binding(1) var<storage, read> input: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<f32>;
@group(0) @binding(3) var<storage, read_write> output: array<f32>;
// @end bindings

// Both pieces are kept tap by tap, in vectors along channels and along pixels.
var<workgroup> w_piece: array<vec4<f32>, DEPTH * STEP>;
var<workgroup> in_piece: array<vec4<f32>, DEPTH * STEP>;

// @begin finish
// What is stored at element `at` of the result.
fn epilogue(value: T, at: u32) -> T {
  return value;
}

fn biased(sum: Channels, channel: u32) -> Channels {
  return sum;
}
// @end finish

// Four output channels' weights of a tap; channels beyond the last are that one, and are not stored.
fn weights(g: u32, channel: u32, tap: u32) -> vec4<f32> {
  let at = g * params.w_group + tap / (KERNEL_Y * KERNEL_X) * params.w_in + tap % (KERNEL_Y * KERNEL_X);
  let last = params.out_channels - 1u;
  return vec4<f32>(w[at + min(channel, last) * params.w_out], w[at + min(channel + 1u, last) * params.w_out],
                   w[at + min(channel + 2u, last) * params.w_out], w[at + min(channel + 3u, last) * params.w_out]);
}

// The element at place (v, u) of an input plane, before the division; zero between places and outside.
fn gathered(plane: u32, place: vec2<i32>) -> f32 {
  // A negative place wraps to a huge one, which is outside.
  let v = u32(place.x);
  let u = u32(place.y);
  let whole = v % DIVISOR_Y == 0u && u % DIVISOR_X == 0u;
  let inside = whole && v / DIVISOR_Y < params.in_size.x && u / DIVISOR_X < params.in_size.y;
  let at = plane + v / DIVISOR_Y * params.in_size.y + u / DIVISOR_X;
  return select(0.0, input[select(0u, at, inside)], inside);
}

@compute @workgroup_size(SIDE, SIDE)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_id) local: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let tile = group.y * groups.x + group.x;
  let g = tile / (params.channel_tiles * params.pixel_tiles);
  // Uniform in the workgroup, so that no invocation misses a barrier.
  if (g >= params.groups) {
    return;
  }
  let first_channel = tile % params.channel_tiles * TILE;
  let first_pixel = tile / params.channel_tiles % params.pixel_tiles * TILE;
  let in_plane = params.in_size.x * params.in_size.y;
  let out_plane = params.out_size.x * params.out_size.y;
  let pixels = params.batch * out_plane;
  let taps = params.in_channels * KERNEL_Y * KERNEL_X;

  // What this invocation loads of a piece: one tap of four pixels, neighbouring lanes those of neighbouring pixels; and another
  // tap of four channels, neighbouring lanes the neighbouring taps of the same channels.
  let in_vector = lane % SIDE;
  let in_tap = lane / SIDE;
  let w_vector = lane / DEPTH;
  let w_tap = lane % DEPTH;
  // @registers
  var planes: array<u32, 4u>;   // the first input plane of each pixel's image
  // @registers
  var ys: array<i32, 4u>;       // where each pixel's taps begin, before the division
  // @registers
  var xs: array<i32, 4u>;
  // @unroll
  for (var j = 0u; j < 4u; j++) {
    let pixel = min(first_pixel + 4u * in_vector + j, pixels - 1u);
    let place = pixel % out_plane;
    planes[j] = (pixel / out_plane * params.groups + g) * params.in_channels * in_plane;
    ys[j] = i32(place / params.out_size.y) * params.scale.x + params.offset.x;
    xs[j] = i32(place % params.out_size.y) * params.scale.y + params.offset.y;
  }

  var sum0 = vec4<f32>();  // the pixels of the first channel
  var sum1 = vec4<f32>();
  var sum2 = vec4<f32>();
  var sum3 = vec4<f32>();
  for (var k = 0u; k < taps; k += DEPTH) {
    let four_weights = weights(g, first_channel + 4u * w_vector, min(k + w_tap, taps - 1u));
    w_piece[w_tap * STEP + w_vector] = select(vec4<f32>(), four_weights, k + w_tap < taps);
    let tap = min(k + in_tap, taps - 1u);
    let plane = tap / (KERNEL_Y * KERNEL_X) * in_plane;
    let reach = vec2<i32>(vec2<u32>(tap / KERNEL_X % KERNEL_Y, tap % KERNEL_X)) * params.step;
    let four_pixels = vec4<f32>(
      gathered(planes[0u] + plane, vec2<i32>(ys[0u], xs[0u]) + reach),
      gathered(planes[1u] + plane, vec2<i32>(ys[1u], xs[1u]) + reach),
      gathered(planes[2u] + plane, vec2<i32>(ys[2u], xs[2u]) + reach),
      gathered(planes[3u] + plane, vec2<i32>(ys[3u], xs[3u]) + reach),
    );
    in_piece[in_tap * STEP + in_vector] = select(vec4<f32>(), four_pixels, k + in_tap < taps);
    workgroupBarrier();
    for (var d = 0u; d < params.depth; d += 2u) {
      // @unroll
      for (var e = 0u; e < 2u; e++) {
        let channels = w_piece[(d + e) * STEP + local.y];
        let values = in_piece[(d + e) * STEP + local.x];
        sum0 = fma(vec4<f32>(channels.x), values, sum0);
        sum1 = fma(vec4<f32>(channels.y), values, sum1);
        sum2 = fma(vec4<f32>(channels.z), values, sum2);
        sum3 = fma(vec4<f32>(channels.w), values, sum3);
      }
    }
    workgroupBarrier();
  }
  // The sums move up channel by channel, so that the code of a store is there once.
  for (var r = 0u; r < params.four; r++) {
    let o = first_channel + 4u * local.y + r;
    let channel = g * params.out_channels + o;
    for (var j = 0u; j < params.four; j++) {
      let pixel = first_pixel + 4u * local.x + j;
      if (o < params.out_channels && pixel < pixels) {
        let image = pixel / out_plane;
        let at = (image * params.groups * params.out_channels + channel) * out_plane + pixel % out_plane;
        output[at] = epilogue(biased(sum0.x, channel), at);
      }
      sum0 = sum0.yzwx;
    }
    sum0 = sum1;
    sum1 = sum2;
    sum2 = sum3;
  }
}
