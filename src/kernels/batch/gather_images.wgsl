// out[s, k] = (byte k of image order[first + batch * B + s] / 255 - 0.5) / 0.5: one batch of B images, from bytes to [-1, 1].
// One invocation makes four neighbours of the output. batch.ts joins sample_index.wgsl to this text.

const WORKGROUP = 64u;

// True where an image is a whole number of words: then four neighbours are one word of one image.
const ALIGNED = false;

struct Params {
  elements: u32,          // B * pixels
  pixels: u32,            // bytes of one image
  batch_size: u32,        // B
  first: u32,             // place in `order` of the first sample of batch 0
  last_place: u32,        // last place of `order`; later ones read this
  last_image: u32,        // last image; larger indices read this
}

@group(0) @binding(0) var<uniform> params: Params;
// Images back to back, four bytes to a word, the lowest byte first.
@group(0) @binding(1) var<storage, read> images: array<u32>;
// Image indices in the order in which they are used.
@group(0) @binding(2) var<storage, read> order: array<u32>;
// Number of the batch: low and high word.
@group(0) @binding(3) var<storage, read> position: array<u32>;
// [B, ...]. Every buffer is a whole number of 16 bytes, so the last four may end in padding.
@group(0) @binding(4) var<storage, read_write> out: array<vec4<f32>>;

// Byte at which sample s of the batch begins.
fn image_start(s: u32) -> u32 {
  return sample_index(s, params.batch_size, params.first, params.last_place, params.last_image) * params.pixels;
}

fn byte_at(i: u32) -> u32 {
  return (images[i >> 2u] >> ((i & 3u) * 8u)) & 255u;
}

// (u / 255 - 0.5) / 0.5 = (2 u - 255) / 255, whose numerator is exact.
fn scaled(u: vec4<u32>) -> vec4<f32> {
  return (vec4<f32>(2u * u) - 255.0) / 255.0;
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let i = ((group.y * groups.x + group.x) * WORKGROUP + lane) * 4u;
  if (i >= params.elements) {
    return;
  }
  if (ALIGNED) {
    let word = images[(image_start(i / params.pixels) + i % params.pixels) >> 2u];
    out[i >> 2u] = scaled((vec4<u32>(word) >> vec4<u32>(0u, 8u, 16u, 24u)) & vec4<u32>(255u));
    return;
  }
  var u: vec4<u32>;
  for (var k = 0u; k < 4u; k++) {
    let e = min(i + k, params.elements - 1u);
    u[k] = byte_at(image_start(e / params.pixels) + e % params.pixels);
  }
  out[i >> 2u] = scaled(u);
}
