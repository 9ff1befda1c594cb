// One-hot: out[i, c] = 1 where indices[i] = c, else 0; a row of zeros for an index out of range.
// One invocation makes one element.

const WORKGROUP = 64u;

struct Params {
  count: u32,    // elements of out
  classes: u32,  // size of c
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> indices: array<u32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;  // [indices, classes]

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
  out[i] = select(0.0, 1.0, indices[i / params.classes] == i % params.classes);
}
