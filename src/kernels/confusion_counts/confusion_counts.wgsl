// Confusion counts: counts[label[n], prediction[n]] += 1 for every n; pairs that are not below C are left out.
// One invocation counts one n. Whole numbers add up to the same in any order.

const WORKGROUP = 64u;

struct Params {
  size: u32,     // N
  classes: u32,  // C
  pad: vec2<u32>,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> labels: array<u32>;                   // [N], true classes
@group(0) @binding(2) var<storage, read> predictions: array<u32>;              // [N]
@group(0) @binding(3) var<storage, read_write> counts: array<atomic<u32>>;     // [C, C]

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let n = (group.y * groups.x + group.x) * WORKGROUP + lane;
  if (n >= params.size) {
    return;
  }
  let label = labels[n];
  let prediction = predictions[n];
  if (label < params.classes && prediction < params.classes) {
    atomicAdd(&counts[label * params.classes + prediction], 1u);
  }
}
