// out[n, o, y, x] = finish(sum over c, i, j of in[n, c, v, u] * w[o, c, i, j]), for drivers that run on the CPU.
// Idea: a product of pixels x taps with taps x channels that is never laid out. Each lane gathers the inputs of its own
// pixels for one tap; every value is broadcast to all lanes, each of which keeps WIDTH channels of every pixel in
// registers. Weights come packed tap by tap (pack_weights.wgsl), so that a lane's channels are one vector.
// The rule for (v, u) is that of gather_naive.wgsl.
enable subgroups;

const LANES = 8u;            // invocations per subgroup
const PIXELS_PER_LANE = 2u;  // pixels that each lane gathers
const PIXELS = LANES * PIXELS_PER_LANE;
const WIDTH = 4u;            // output channels per lane
const DIVISOR_Y = 1u;
const DIVISOR_X = 1u;
alias Channels = vec4<f32>;  // WIDTH channels
alias Packed = vec4<f32>;    // the same, or vec4 for three channels
alias T = f32;               // what the epilogue computes with
alias U = u32;
alias B = bool;

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
  tiles: vec2<u32>,  // workgroups along pixels and along channels of a group
  slots: u32,        // packed vectors per tap
// @begin fields
// @end fields
}

@group(0) @binding(0) var<uniform> params: Params;
// @begin bindings
@group(0) @binding(1) var<storage, read> input: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<Packed>;
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

// @begin unpack
fn unpack(packed: Packed) -> Channels {
  return packed;
}

fn component(value: Channels, i: u32) -> f32 {
  return value[i];
}
// @end unpack

fn whole_and_inside(place: u32, divisor: u32, size: u32) -> bool {
  return place % divisor == 0u && place / divisor < size;
}

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(subgroup_invocation_id) lane: u32,
) {
  let tile = group.y * groups.x + group.x;
  let g = tile / (params.tiles.x * params.tiles.y);
  if (g >= params.groups) {
    return;
  }
  let slot = tile / params.tiles.x % params.tiles.y * LANES + lane;
  let first_pixel = tile % params.tiles.x * PIXELS;
  let in_plane = params.in_size.x * params.in_size.y;
  let out_plane = params.out_size.x * params.out_size.y;
  let pixels = params.batch * out_plane;

  // @registers
  var places: array<vec2<i32>, PIXELS_PER_LANE>;
  // @registers
  var sources: array<u32, PIXELS_PER_LANE>;
  // @registers
  var targets: array<u32, PIXELS_PER_LANE>;
  // @registers
  var own: array<f32, PIXELS_PER_LANE>;
  // @registers
  var sums: array<Channels, PIXELS>;
  // @unroll
  for (var i = 0u; i < PIXELS_PER_LANE; i++) {
    let pixel = min(first_pixel + i * LANES + lane, pixels - 1u);
    let n = pixel / out_plane;
    let place = pixel % out_plane;
    places[i] = vec2<i32>(vec2<u32>(place / params.out_size.y, place % params.out_size.y)) * params.scale + params.offset;
    sources[i] = (n * params.groups + g) * params.in_channels * in_plane;
    targets[i] = (n * params.groups + g) * params.out_channels * out_plane + place;
  }
  var at = g * params.in_channels * params.kernel.x * params.kernel.y * params.slots + min(slot, params.slots - 1u);
  for (var c = 0u; c < params.in_channels; c++) {
    for (var ky = 0u; ky < params.kernel.x; ky++) {
      for (var kx = 0u; kx < params.kernel.y; kx++) {
        // @unroll
        for (var i = 0u; i < PIXELS_PER_LANE; i++) {
          // A negative place wraps to a huge one, which is outside.
          let v = u32(places[i].x + i32(ky) * params.step.x);
          let u = u32(places[i].y + i32(kx) * params.step.y);
          let inside = whole_and_inside(v, DIVISOR_Y, params.in_size.x) && whole_and_inside(u, DIVISOR_X, params.in_size.y);
          let source = sources[i] + c * in_plane + v / DIVISOR_Y * params.in_size.y + u / DIVISOR_X;
          own[i] = select(0.0, input[select(0u, source, inside)], inside);
        }
        let weights = unpack(w[at]);
        at += params.slots;
        // @unroll
        for (var r = 0u; r < PIXELS; r++) {
          sums[r] = fma(Channels(subgroupBroadcast(own[r / LANES], r % LANES)), weights, sums[r]);
        }
      }
    }
  }
  // @unroll
  for (var r = 0u; r < PIXELS; r++) {
    {
      let result = biased(sums[r], g * params.out_channels + slot * WIDTH);
      let place = subgroupBroadcast(targets[r / LANES], r % LANES);
      // @unroll
      for (var j = 0u; j < WIDTH; j++) {
        if (first_pixel + r < pixels && slot * WIDTH + j < params.out_channels) {
          let at = place + (slot * WIDTH + j) * out_plane;
          output[at] = epilogue(component(result, j), at);
        }
      }
    }
  }
}
