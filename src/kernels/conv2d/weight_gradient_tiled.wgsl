// dw[part][g][o, c, i, j] = sum over the part's pixels (n, y, x) of gradient[n, o, y, x] * in[n, c, v, u], where
// (v, u) = (y, x) * stride - padding + (i, j) * dilation; for GPUs.
// Idea: a product of channels x pixels with pixels x taps, whose second operand is gathered piece by piece and never laid out.
// A workgroup loads a TILE x DEPTH piece of the gradient and a DEPTH x TILE piece of the gathered input into workgroup memory,
// each invocation one vector of either at the same pixel, and makes 4 channels x 4 taps per invocation in registers from them.
// The pixels of all images are one long sum, cut into parts anywhere, so that there are workgroups enough.

const SIDE = 16u;     // invocations along each side of a tile
const TILE = 4u * SIDE;
const DEPTH = SIDE;   // pixels per piece: as many as give each invocation one vector to load
const STEP = SIDE + 1u;  // vectors from one pixel to the next: one more, so that neighbours fall into different banks

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
  tiles: vec2<u32>,   // workgroups along taps and along channels of a group
  parts: u32,         // parts of the pixels; their sums are added later
  part_pixels: u32,   // pixels in a part
  four: u32,          // 4, and DEPTH, where the compiler must not know them: it would write loops out, for seconds on some drivers
  depth: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> input: array<f32>;
@group(0) @binding(2) var<storage, read> gradient: array<f32>;
@group(0) @binding(3) var<storage, read_write> dw: array<f32>;

// Both pieces are kept pixel by pixel, in vectors along channels and along taps.
var<workgroup> gradient_piece: array<vec4<f32>, DEPTH * STEP>;
var<workgroup> in_piece: array<vec4<f32>, DEPTH * STEP>;

// The element at place (v, u) of an input plane; zero outside.
fn gathered(plane: u32, place: vec2<i32>) -> f32 {
  // A negative place wraps to a huge one, which is outside.
  let v = u32(place.x);
  let u = u32(place.y);
  let inside = v < params.in_size.x && u < params.in_size.y;
  return select(0.0, input[select(0u, plane + v * params.in_size.y + u, inside)], inside);
}

@compute @workgroup_size(SIDE, SIDE)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_id) local: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let tile = group.y * groups.x + group.x;
  let per_part = params.tiles.x * params.tiles.y * params.groups;
  let part = tile / per_part;
  // Uniform in the workgroup, so that no invocation misses a barrier.
  if (part >= params.parts) {
    return;
  }
  let g = tile % per_part / (params.tiles.x * params.tiles.y);
  let first_tap = tile % params.tiles.x * TILE;
  let first_channel = tile / params.tiles.x % params.tiles.y * TILE;
  let in_plane = params.in_size.x * params.in_size.y;
  let out_plane = params.out_size.x * params.out_size.y;
  let taps = params.in_channels * params.kernel.x * params.kernel.y;
  let begin = part * params.part_pixels;
  let end = min(begin + params.part_pixels, params.batch * out_plane);

  // What this invocation loads of a piece: four channels and four taps of one pixel, neighbouring lanes those of neighbouring
  // pixels. Channels and taps beyond the last are that one, and are not stored.
  let vector = lane / DEPTH;
  let own = lane % DEPTH;
  let last = params.out_channels - 1u;
  let channel = first_channel + 4u * vector;
  let channels = vec4<u32>(min(channel, last), min(channel + 1u, last), min(channel + 2u, last), min(channel + 3u, last));
  // @registers
  var planes: array<u32, 4u>;  // the input plane of each tap in the first image
  // @registers
  var ys: array<i32, 4u>;      // its place for the first pixel
  // @registers
  var xs: array<i32, 4u>;
  // @unroll
  for (var j = 0u; j < 4u; j++) {
    let tap = min(first_tap + 4u * vector + j, taps - 1u);
    planes[j] = (g * params.in_channels + tap / params.kernel.y / params.kernel.x) * in_plane;
    ys[j] = i32(tap / params.kernel.y % params.kernel.x) * params.dilation.x - params.padding.x;
    xs[j] = i32(tap % params.kernel.y) * params.dilation.y - params.padding.y;
  }

  var sum0 = vec4<f32>();  // the taps of the first channel
  var sum1 = vec4<f32>();
  var sum2 = vec4<f32>();
  var sum3 = vec4<f32>();
  for (var k = begin; k < end; k += DEPTH) {
    let pixel = min(k + own, end - 1u);
    let n = pixel / out_plane;
    let place = pixel % out_plane;
    let corner = vec2<i32>(vec2<u32>(place / params.out_size.y, place % params.out_size.y)) * params.stride;
    let at = (n * params.groups + g) * params.out_channels * out_plane + place;
    let image = n * params.groups * params.in_channels * in_plane;
    let four_channels = vec4<f32>(
      gradient[at + channels.x * out_plane],
      gradient[at + channels.y * out_plane],
      gradient[at + channels.z * out_plane],
      gradient[at + channels.w * out_plane],
    );
    let four_taps = vec4<f32>(
      gathered(image + planes[0u], vec2<i32>(ys[0u], xs[0u]) + corner),
      gathered(image + planes[1u], vec2<i32>(ys[1u], xs[1u]) + corner),
      gathered(image + planes[2u], vec2<i32>(ys[2u], xs[2u]) + corner),
      gathered(image + planes[3u], vec2<i32>(ys[3u], xs[3u]) + corner),
    );
    gradient_piece[own * STEP + vector] = select(vec4<f32>(), four_channels, k + own < end);
    in_piece[own * STEP + vector] = select(vec4<f32>(), four_taps, k + own < end);
    workgroupBarrier();
    for (var d = 0u; d < params.depth; d += 2u) {
      // @unroll
      for (var e = 0u; e < 2u; e++) {
        let of_channels = gradient_piece[(d + e) * STEP + local.y];
        let of_taps = in_piece[(d + e) * STEP + local.x];
        sum0 = fma(vec4<f32>(of_channels.x), of_taps, sum0);
        sum1 = fma(vec4<f32>(of_channels.y), of_taps, sum1);
        sum2 = fma(vec4<f32>(of_channels.z), of_taps, sum2);
        sum3 = fma(vec4<f32>(of_channels.w), of_taps, sum3);
      }
    }
    workgroupBarrier();
  }
  let base = (part * params.groups + g) * params.out_channels * taps;
  // The sums move up channel by channel, so that the code of a store is there once.
  for (var r = 0u; r < params.four; r++) {
    let o = first_channel + 4u * local.y + r;
    for (var j = 0u; j < params.four; j++) {
      let tap = first_tap + 4u * local.x + j;
      if (o < params.out_channels && tap < taps) {
        dw[base + o * taps + tap] = sum0.x;
      }
      sum0 = sum0.yzwx;
    }
    sum0 = sum1;
    sum1 = sum2;
    sum2 = sum3;
  }
}
