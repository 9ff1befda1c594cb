// destination[i] = source[i], or destination[i] + source[i] where ADD. One invocation makes four elements (T).

const WORKGROUP = 64u;
const ADD = false;

// Element type; plain copies take bits as they are, whatever they mean.
alias T = vec4<u32>;

struct Params {
  count: u32,             // number of Ts: ceil(elements / 4)
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> source: array<T>;
// Every buffer is a whole number of 16 bytes, so the last T may end in padding.
@group(0) @binding(2) var<storage, read_write> destination: array<T>;

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
  if (ADD) {
    destination[i] = destination[i] + source[i];
  } else {
    destination[i] = source[i];
  }
}
