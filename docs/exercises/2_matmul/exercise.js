/**
 * Chapter 2. A product by one invocation per element, in workgroups of 8 x 8: every one reads a whole row of A and column of B from
 * storage. Give the workgroup what it shares: for each stretch of 8 along K, its 64 invocations load an 8 x 8 piece of A and one of B
 * into workgroup memory, one element each (0 beyond the edges), wait, and take their 8 terms from there. Wait again before the next.
 */
export const wgsl = `
  const TILE = 8u;

  struct Params {
    m: u32,
    n: u32,
    k: u32,
  }

  @group(0) @binding(0) var<uniform> params: Params;
  @group(0) @binding(1) var<storage, read> a: array<f32>;        // [m, k]
  @group(0) @binding(2) var<storage, read> b: array<f32>;        // [k, n]
  @group(0) @binding(3) var<storage, read_write> c: array<f32>;  // [m, n]

  @compute @workgroup_size(TILE, TILE)
  fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>) {
    let row = group.y * TILE + local.y;
    let column = group.x * TILE + local.x;
    if (row >= params.m || column >= params.n) {
      return;
    }
    var total = 0.0;
    for (var k = 0u; k < params.k; k++) {
      total = fma(a[row * params.k + k], b[k * params.n + column], total);
    }
    c[row * params.n + column] = total;
  }`;

/** How many elements the invocations of a tiled product m x k times k x n load from storage in all, m, n, k multiples of the tile. */
export function loads(_m, _n, _k, _tile) {
  return 0;
}
