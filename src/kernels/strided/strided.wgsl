// Strided copy: out[c0, c1, ...] = in[offset + c0 * step0 + c1 * step1 + ...]. It serves slice and permute.
// One invocation copies one element, whatever its type: by its bits.

const WORKGROUP = 64u;
const AXES = 2u;  // axes left after neighbours that step alike are joined

struct Params {
  count: u32,                // elements of out
  offset: u32,               // place in `in` of out's first element
  pad: vec2<u32>,
  axes: array<vec4<u32>, 8>,  // out's axes from the last to the first: x = size, y = step in `in`
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> in: array<u32>;
@group(0) @binding(2) var<storage, read_write> out: array<u32>;

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
  var place = params.offset;
  // @unroll
  for (var a = 0u; a < AXES; a++) {
    place += (rest % params.axes[a].x) * params.axes[a].y;
    rest /= params.axes[a].x;
  }
  out[i] = in[place];
}
