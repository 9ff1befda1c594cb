// bytes[i] = round((x[i] * 0.5 + 0.5) * 255), clamped to 0..255, NaN to 0; four bytes to a word, the lowest first.
// The inverse of gather_images.wgsl. One invocation makes one word.

const WORKGROUP = 64u;

struct Params {
  elements: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
// Every buffer is a whole number of 16 bytes, so the last four may end in padding.
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;
// ceil(elements / 4) words; bytes beyond the elements are 0.
@group(0) @binding(2) var<storage, read_write> bytes: array<u32>;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let word = (group.y * groups.x + group.x) * WORKGROUP + lane;
  if (word * 4u >= params.elements) {
    return;
  }
  let value = x[word];
  // Clamped before it is scaled, so that infinities stay in range; halves round up.
  let u = vec4<u32>(floor((clamp(value, vec4<f32>(-1.0), vec4<f32>(1.0)) * 0.5 + 0.5) * 255.0 + 0.5));
  // NaN shows in the bits only: a driver may assume that none occurs.
  let is_nan = (bitcast<vec4<u32>>(value) & vec4<u32>(0x7fffffffu)) > vec4<u32>(0x7f800000u);
  let beyond = vec4<u32>(word * 4u) + vec4<u32>(0u, 1u, 2u, 3u) >= vec4<u32>(params.elements);
  let kept = select(u, vec4<u32>(0u), is_nan | beyond) << vec4<u32>(0u, 8u, 16u, 24u);
  bytes[word] = kept.x | kept.y | kept.z | kept.w;
}
