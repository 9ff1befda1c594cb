// Gradient of average pooling: dx[p, y, x] = sum of g[p, i, j] / area(i, j) over the windows that hold (y, x), p = one plane.
// One invocation gathers one dx from those windows, in a fixed order: no atomics, the same bits every time.

const WORKGROUP = 64u;
const COUNT_PADDING = true;

struct Params {
  count: u32,            // elements of dx: planes (N * C) * input rows * input columns
  pad: u32,
  input: vec2<u32>,      // rows and columns of one plane, as in all pairs below
  output: vec2<u32>,
  kernel: vec2<u32>,
  stride: vec2<u32>,     // input elements from window to window
  padding: vec2<u32>,    // on both sides
  dilation: vec2<u32>,   // 1
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> gradient: array<f32>;  // g: [planes, output rows, output columns]
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;  // [planes, input rows, input columns]

// Elements that the window's average is over, as in avg_pool2d.wgsl.
fn area(window: vec2<u32>) -> f32 {
  let begin = window * params.stride;
  let end = min(begin + params.kernel, params.input + 2u * params.padding);
  let first = max(begin, params.padding) - params.padding;
  let last = min(max(end, params.padding) - params.padding, params.input);
  let extent = select(last - first, end - begin, COUNT_PADDING);
  return f32(extent.x * extent.y);
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + lane;
  if (i >= params.count) {
    return;
  }
  let base = i / (params.input.x * params.input.y) * params.output.x * params.output.y;
  // Place in the padded input; windows from `first` up to before `last` hold it.
  let place = vec2<u32>((i / params.input.y) % params.input.x, i % params.input.y) + params.padding;
  let first = (max(place + 1u, params.kernel) - params.kernel + params.stride - 1u) / params.stride;
  let last = min(place / params.stride + 1u, params.output);
  var total = 0.0;
  for (var row = first.x; row < last.x; row++) {
    for (var column = first.y; column < last.y; column++) {
      total += gradient[base + row * params.output.y + column] / area(vec2<u32>(row, column));
    }
  }
  dx[i] = total;
}
