// Average pooling: out[p, i, j] = sum of in[p, y, x] over the window (i, j) / its area, p = one plane.
// The area counts padding if COUNT_PADDING, but never what a last window of ceil mode has beyond the padding.
// One invocation makes one output.

const WORKGROUP = 64u;
const COUNT_PADDING = true;

struct Params {
  count: u32,            // outputs: planes (N * C) * output rows * output columns
  pad: u32,
  input: vec2<u32>,      // rows and columns of one plane, as in all pairs below
  output: vec2<u32>,
  kernel: vec2<u32>,
  stride: vec2<u32>,     // input elements from window to window
  padding: vec2<u32>,    // on both sides
  dilation: vec2<u32>,   // 1
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> in: array<f32>;         // [planes, input rows, input columns]
@group(0) @binding(2) var<storage, read_write> out: array<f32>;  // [planes, output rows, output columns]

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
  let window = vec2<u32>((i / params.output.y) % params.output.x, i % params.output.y);
  let base = i / (params.output.x * params.output.y) * params.input.x * params.input.y;
  // Begin and end in the padded input, then in the input itself.
  let begin = window * params.stride;
  let end = min(begin + params.kernel, params.input + 2u * params.padding);
  let first = max(begin, params.padding) - params.padding;
  let last = min(max(end, params.padding) - params.padding, params.input);
  let extent = select(last - first, end - begin, COUNT_PADDING);
  var total = 0.0;
  for (var y = first.x; y < last.x; y++) {
    for (var x = first.y; x < last.y; x++) {
      total += in[base + y * params.input.y + x];
    }
  }
  out[i] = total / f32(extent.x * extent.y);
}
