// out[s] = label order[first + batch * B + s], read from packed bytes. One invocation makes one label.
// batch.ts joins sample_index.wgsl to this text.

const WORKGROUP = 64u;

struct Params {
  batch_size: u32,        // B
  first: u32,             // place in `order` of the first sample of batch 0
  last_place: u32,        // last place of `order`; later ones read this
  last_label: u32,        // last label; larger indices read this
}

@group(0) @binding(0) var<uniform> params: Params;
// Labels, four bytes to a word, the lowest byte first.
@group(0) @binding(1) var<storage, read> labels: array<u32>;
// Label indices in the order in which they are used.
@group(0) @binding(2) var<storage, read> order: array<u32>;
// Number of the batch: low and high word.
@group(0) @binding(3) var<storage, read> position: array<u32>;
// [B]
@group(0) @binding(4) var<storage, read_write> out: array<u32>;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let s = (group.y * groups.x + group.x) * WORKGROUP + lane;
  if (s >= params.batch_size) {
    return;
  }
  let i = sample_index(s, params.batch_size, params.first, params.last_place, params.last_label);
  out[s] = (labels[i >> 2u] >> ((i & 3u) * 8u)) & 255u;
}
