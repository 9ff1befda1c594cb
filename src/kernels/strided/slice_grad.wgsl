// Gradient of slice: dx[c0, c1, ...] = g[(c0 - start0) / stride0, ...] where the slice took that element, else 0.
// One invocation makes one dx.

const WORKGROUP = 64u;
const AXES = 2u;  // axes left after those that the slice takes whole are joined to the axis before

struct Params {
  count: u32,                // elements of dx
  pad0: u32,
  pad1: vec2<u32>,
  axes: array<vec4<u32>, 8>,  // from the last to the first: x = size of dx, y = start, z = stride, w = size of g
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> gradient: array<f32>;  // g
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;

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
  var rest = i;
  var place = 0u;
  var step = 1u;  // elements of g from index to index along the axis
  var is_taken = true;
  // @unroll
  for (var a = 0u; a < AXES; a++) {
    let axis = params.axes[a];
    let distance = rest % axis.x - axis.y;  // wraps around before the start, to more than any size
    let index = distance / axis.z;
    is_taken = is_taken && rest % axis.x >= axis.y && index < axis.w && index * axis.z == distance;
    place += index * step;
    step *= axis.w;
    rest /= axis.x;
  }
  var value = 0.0;
  if (is_taken) {
    value = gradient[place];
  }
  dx[i] = value;
}
