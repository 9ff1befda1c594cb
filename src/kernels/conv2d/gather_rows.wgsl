// out[n, o, y, x] = finish(sum over c, i, j of in[n, c, v, u] * w[o, c, i, j]), for drivers that run on the CPU.
// Idea: a workgroup (one subgroup) makes ROWS pieces of rows, COLS pixels each. For one input channel and kernel row its lanes
// load the pieces of input rows that these pixels see, once for all taps along x, and broadcast each value to all lanes, of
// which each keeps WIDTH channels of every pixel in registers. Weights come packed tap by tap (pack_weights.wgsl), so that a
// lane's channels are one vector. The rule for (v, u) is that of gather_naive.wgsl.
enable subgroups;

const LANES = 8u;  // invocations per subgroup
const WIDTH = 4u;  // output channels per lane
const ROWS = 1u;
const COLS = 14u;  // a multiple of DIVISOR_X
const PIXELS = ROWS * COLS;
// Along x, tap t of a piece's pixel x reads value (x * SCALE + t * DILATION + PHASE) / DIVISOR_X of the loaded piece, if that
// is whole; where taps run backward through the piece, FORWARD is 0 and BACKWARD 1.
const TAPS = 3u;   // the kernel's width
const SCALE = 1u;
const DILATION = 1u;
const PHASE = 0u;
const DIVISOR_X = 1u;
const FORWARD = 1u;
const BACKWARD = 0u;
const DIVISOR_Y = 1u;
const LOADS = 2u;  // values of a piece that each lane loads
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
  tiles: vec2<u32>,     // workgroups along a row, and along the rows of all images
  channel_tiles: u32,   // workgroups along the channels of a group
  slots: u32,           // packed vectors per tap
  first: i32,           // place that the first loaded value of the leftmost piece has
  cols: u32,            // COLS, where the compiler must not know it: it would write the loop out
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
// @end unpack

// @begin component
fn component(value: Channels, i: u32) -> f32 {
  return value[i];
}
// @end component

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(subgroup_invocation_id) lane: u32,
) {
  let tile = group.y * groups.x + group.x;
  let row_of_tiles = tile / params.tiles.x;
  let channels = row_of_tiles / params.tiles.y;
  let g = channels / params.channel_tiles;
  let first_col = (tile - row_of_tiles * params.tiles.x) * COLS;
  let first_row = (row_of_tiles - channels * params.tiles.y) * ROWS;
  let slot = (channels - g * params.channel_tiles) * LANES + lane;
  if (g >= params.groups) {
    return;
  }
  let in_plane = params.in_size.x * params.in_size.y;
  let out_plane = params.out_size.x * params.out_size.y;
  let all_rows = params.batch * params.out_size.x;

  // @registers
  var tops: array<i32, ROWS>;      // where a row's taps begin along y, before the division
  // @registers
  var sources: array<u32, ROWS>;   // its image's first element
  // @registers
  var targets: array<u32, ROWS>;   // its piece's first element of the result
  // @registers
  var places: array<u32, LOADS>;   // along x, of the values that this lane loads; negative ones wrap to huge ones
  // @registers
  var own: array<f32, ROWS * LOADS>;
  // @registers
  var weights: array<Channels, TAPS>;
  // @registers
  var sums: array<Channels, PIXELS>;
  // @unroll
  for (var row = 0u; row < ROWS; row++) {
    let q = min(first_row + row, all_rows - 1u);
    tops[row] = i32(q % params.out_size.x) * params.scale.x + params.offset.x;
    sources[row] = (q / params.out_size.x * params.groups + g) * params.in_channels * in_plane;
    targets[row] = (q / params.out_size.x * params.groups + g) * params.out_channels * out_plane
      + q % params.out_size.x * params.out_size.y + first_col;
  }
  // @unroll
  for (var i = 0u; i < LOADS; i++) {
    places[i] = u32(i32(first_col * SCALE / DIVISOR_X + i * LANES + lane) + params.first);
  }
  var at = g * params.in_channels * params.kernel.x * TAPS * params.slots + min(slot, params.slots - 1u);
  for (var c = 0u; c < params.in_channels; c++) {
    for (var ky = 0u; ky < params.kernel.x; ky++) {
      // @unroll
      for (var row = 0u; row < ROWS; row++) {
        let place = u32(tops[row] + i32(ky) * params.step.x);
        let v = place / DIVISOR_Y;
        let inside_y = place % DIVISOR_Y == 0u && v < params.in_size.x;
        let source = sources[row] + c * in_plane + v * params.in_size.y;
        // @unroll
        for (var i = 0u; i < LOADS; i++) {
          let inside = inside_y && places[i] < params.in_size.y;
          own[row * LOADS + i] = select(0.0, input[select(0u, source + places[i], inside)], inside);
        }
      }
      // @unroll
      for (var t = 0u; t < TAPS; t++) {
        weights[t] = unpack(w[at + t * params.slots]);
      }
      at += TAPS * params.slots;
      // Pixel by pixel, so that a sum stays in its register for all taps.
      // @unroll
      for (var row = 0u; row < ROWS; row++) {
        // @unroll
        for (var x = 0u; x < COLS; x++) {
          // @unroll
          for (var t = 0u; t < TAPS; t++) {
            // @value place = x * SCALE + (t * FORWARD + (TAPS - 1u - t) * BACKWARD) * DILATION + PHASE
            // @value value = place / DIVISOR_X
            if (place % DIVISOR_X == 0u) {
              sums[row * COLS + x] = fma(
                Channels(subgroupBroadcast(own[row * LOADS + value / LANES], value % LANES)), weights[t], sums[row * COLS + x]);
            }
          }
        }
      }
    }
  }
  // @unroll
  for (var row = 0u; row < ROWS; row++) {
    // The sums move up one by one, so that the code of a store is there once.
    for (var x = 0u; x < params.cols && first_col + x < params.out_size.y; x++) {
      let result = biased(sums[row * COLS], g * params.out_channels + slot * WIDTH);
      // @unroll
      for (var j = 0u; j < WIDTH; j++) {
        if (first_row + row < all_rows && slot * WIDTH + j < params.out_channels) {
          let at = targets[row] + x + (slot * WIDTH + j) * out_plane;
          output[at] = epilogue(component(result, j), at);
        }
      }
      // @unroll
      for (var i = 0u; i < COLS - 1u; i++) {
        sums[row * COLS + i] = sums[row * COLS + i + 1u];
      }
    }
  }
}
