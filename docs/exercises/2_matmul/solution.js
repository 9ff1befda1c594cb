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

  var<workgroup> a_piece: array<f32, TILE * TILE>;
  var<workgroup> b_piece: array<f32, TILE * TILE>;

  @compute @workgroup_size(TILE, TILE)
  fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>) {
    let row = group.y * TILE + local.y;
    let column = group.x * TILE + local.x;
    let place = local.y * TILE + local.x;
    var total = 0.0;
    for (var start = 0u; start < params.k; start += TILE) {
      let a_column = start + local.x;
      let b_row = start + local.y;
      a_piece[place] = 0.0;
      b_piece[place] = 0.0;
      if (row < params.m && a_column < params.k) {
        a_piece[place] = a[row * params.k + a_column];
      }
      if (b_row < params.k && column < params.n) {
        b_piece[place] = b[b_row * params.n + column];
      }
      workgroupBarrier();
      for (var k = 0u; k < TILE; k++) {
        total = fma(a_piece[local.y * TILE + k], b_piece[k * TILE + local.x], total);
      }
      workgroupBarrier();
    }
    if (row < params.m && column < params.n) {
      c[row * params.n + column] = total;
    }
  }`;

/** Each of (m / tile) * (n / tile) workgroups loads k / tile pieces of A and as many of B. */
export function loads(m, n, k, tile) {
  return (m / tile) * (n / tile) * (k / tile) * 2 * tile ** 2;
}
