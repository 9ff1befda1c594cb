// dw[part][g][o, c, i, j] = sum over the part's images n and all y, x of gradient[n, o, y, x] * in[n, c, v, u], where
// (v, u) = (y, x) * stride - padding + (i, j) * dilation; for drivers that run on the CPU.
// Idea: a product of taps x pixels with pixels x channels that is never laid out. Each lane gathers, for its own runs of taps
// (c, i, all j), what TOGETHER neighbouring pixels see: once, though the taps of a run see much the same. Every value is
// broadcast to all lanes, each of which keeps WIDTH output channels of every tap in registers. A lane reads the gradient of its
// channels TOGETHER pixels at once.
enable subgroups;

const LANES = 8u;          // invocations per subgroup
const RUNS = 1u;           // runs of taps that each lane gathers
const RUN = 3u;            // taps of a run: the kernel's width, or 1
const STRIDE = 1u;         // along x
const DILATION = 1u;
const STEP = 1u;           // from one loaded value to the next: 1, or the stride where a run has one tap
const TAPS = LANES * RUNS * RUN;
const WIDTH = 4u;          // output channels per lane
const TOGETHER = 2u;       // pixels of a row that are gathered before they are multiplied: a divisor of its length
const SPAN = ((TOGETHER - 1u) * STRIDE + (RUN - 1u) * DILATION) / STEP + 1u;  // values that a lane loads of a run
alias Channels = vec4<f32>;  // WIDTH channels
alias Pixels = vec2<f32>;  // TOGETHER pixels

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
  tiles: vec2<u32>,  // workgroups along taps and along channels of a group
  parts: u32,        // parts of the batch; their sums are added later
  part_images: u32,  // images in a part
  tile: u32,         // TAPS, where the compiler must not know it: it would write the loop out
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> input: array<f32>;
@group(0) @binding(2) var<storage, read> gradient: array<Pixels>;
@group(0) @binding(3) var<storage, read_write> dw: array<f32>;

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
  let group_of_part = row_of_tiles / params.tiles.y;
  let part = group_of_part / params.groups;
  if (part >= params.parts) {
    return;
  }
  let g = group_of_part - part * params.groups;
  let slot = (row_of_tiles - group_of_part * params.tiles.y) * LANES + lane;
  let first_tap = (tile - row_of_tiles * params.tiles.x) * TAPS;
  let in_plane = params.in_size.x * params.in_size.y;
  let out_plane = params.out_size.x * params.out_size.y;
  let taps = params.in_channels * params.kernel.x * params.kernel.y;

  // @registers
  var places: array<vec2<i32>, RUNS>;
  // @registers
  var sources: array<u32, RUNS>;
  // @registers
  var own: array<f32, RUNS * SPAN>;
  // @registers
  var planes: array<u32, WIDTH>;  // where the planes of this lane's channels begin in an image's gradient
  // @registers
  var rows: array<Pixels, WIDTH>;
  // @registers
  var gradients: array<Channels, TOGETHER>;
  // @registers
  var sums: array<Channels, TAPS>;
  // @unroll
  for (var i = 0u; i < RUNS; i++) {
    let tap = min(first_tap + (i * LANES + lane) * RUN, taps - RUN);
    let row = tap / params.kernel.y;
    let channel = row / params.kernel.x;
    let offset = vec2<u32>(row - channel * params.kernel.x, tap - row * params.kernel.y);
    places[i] = vec2<i32>(offset) * params.dilation - params.padding;
    sources[i] = (g * params.in_channels + channel) * in_plane;
  }
  // @unroll
  for (var j = 0u; j < WIDTH; j++) {
    planes[j] = (g * params.out_channels + min(slot * WIDTH + j, params.out_channels - 1u)) * out_plane;
  }
  let begin = part * params.part_images;
  let end = min(begin + params.part_images, params.batch);
  for (var n = begin; n < end; n++) {
    let image = n * params.groups * params.in_channels * in_plane;
    let feature = n * params.groups * params.out_channels * out_plane;
    for (var y = 0u; y < params.out_size.x; y++) {
      for (var x = 0u; x < params.out_size.y; x += TOGETHER) {
        // @unroll
        for (var i = 0u; i < RUNS; i++) {
          // A negative place wraps to a huge one, which is outside.
          let v = u32(places[i].x + i32(y) * params.stride.x);
          let source = image + sources[i] + v * params.in_size.y;
          // @unroll
          for (var s = 0u; s < SPAN; s++) {
            let u = u32(places[i].y + i32(x * STRIDE + s * STEP));
            let inside = v < params.in_size.x && u < params.in_size.y;
            own[i * SPAN + s] = select(0.0, input[select(0u, source + u, inside)], inside);
          }
        }
        // @unroll
        for (var j = 0u; j < WIDTH; j++) {
          rows[j] = gradient[(feature + planes[j] + y * params.out_size.y + x) / TOGETHER];
        }
        // @begin turn
        gradients[0] = Channels(rows[0][0], rows[1][0], rows[2][0], rows[3][0]);
        gradients[1] = Channels(rows[0][1], rows[1][1], rows[2][1], rows[3][1]);
        // @end turn
        // Tap by tap, so that a sum stays in its register for all these pixels.
        // @unroll
        for (var r = 0u; r < TAPS; r++) {
          // @unroll
          for (var t = 0u; t < TOGETHER; t++) {
            // The lane that has what tap r sees at pixel t, and where.
            // @value holder = r / RUN % LANES
            // @value value = r / RUN / LANES * SPAN + (t * STRIDE + r % RUN * DILATION) / STEP
            sums[r] = fma(Channels(subgroupBroadcast(own[value], holder)), gradients[t], sums[r]);
          }
        }
      }
    }
  }
  let base = (part * params.groups + g) * params.out_channels * taps;
  // The sums move up one by one, so that the code of a store is there once.
  for (var r = 0u; r < params.tile && first_tap + r < taps; r++) {
    // @unroll
    for (var j = 0u; j < WIDTH; j++) {
      if (slot * WIDTH + j < params.out_channels) {
        dw[base + (slot * WIDTH + j) * taps + first_tap + r] = component(sums[0], j);
      }
    }
    // @unroll
    for (var i = 0u; i < TAPS - 1u; i++) {
      sums[i] = sums[i + 1u];
    }
  }
}
