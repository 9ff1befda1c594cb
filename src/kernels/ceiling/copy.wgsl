// The most bytes that the adapter moves: every invocation copies vectors, neighbours next to each other.

const WORKGROUP: u32 = 64u;

@group(0) @binding(0) var<storage, read> input: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> output: array<vec4<f32>>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_id) own: vec3<u32>) {
  let first = (group.y * groups.x + group.x) * WORKGROUP * 4u + own.x;
  for (var i = 0u; i < 4u; i++) {
    let at = first + i * WORKGROUP;
    output[at] = input[at];
  }
}
