// C[row, col] = finish(sum over k of A[row, k] * B[k, col]), per batch.
// The second rung, workgroup memory: the TILE x TILE invocations of a workgroup make a tile of the result. For TILE values of
// k at a time each loads one element of A and one of B for all of them, so that an element is read TILE times less often.

const TILE = 16u;
alias T = f32;
alias U = u32;  // the bits of a T
alias B = bool;  // truth values

struct Params {
  m: u32,
  n: u32,
  k: u32,
  tiles_m: u32,  // workgroups along M
  tiles_n: u32,  // workgroups along N
  a_row: u32,    // elements of A from one row to the next
  a_col: u32,    // and from one column to the next
  b_row: u32,
  b_col: u32,
  a_batch: u32,  // elements of A from one batch to the next; 0 when all share it
  b_batch: u32,
  b_start: u32,  // where the first row of B begins
  batches: u32,
// @begin fields
// @end fields
}

@group(0) @binding(0) var<uniform> params: Params;
// @begin bindings
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;
// @end bindings

var<workgroup> a_tile: array<f32, TILE * TILE>;  // row by row
var<workgroup> b_tile: array<f32, TILE * TILE>;

// @begin finish
// What is stored at element `at` of C for a sum in column `col`.
fn finish(value: T, at: u32, col: u32) -> T {
  return value;
}
// @end finish

@compute @workgroup_size(TILE, TILE)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_id) local: vec3<u32>,
) {
  let tile = group.y * groups.x + group.x;
  let batch = tile / params.tiles_n / params.tiles_m;
  // Uniform in the workgroup, so that no invocation misses a barrier.
  if (batch >= params.batches) {
    return;
  }
  let row = tile / params.tiles_n % params.tiles_m * TILE + local.y;
  let col = tile % params.tiles_n * TILE + local.x;
  // Invocations beyond the last row or column load that one again and store nothing.
  let a_base = batch * params.a_batch + min(row, params.m - 1u) * params.a_row;
  let b_base = params.b_start + batch * params.b_batch + min(col, params.n - 1u) * params.b_col;
  var total = 0.0;
  for (var k = 0u; k < params.k; k += TILE) {
    let a_k = k + local.x;
    let b_k = k + local.y;
    let last = params.k - 1u;
    a_tile[local.y * TILE + local.x] = select(0.0, a[a_base + min(a_k, last) * params.a_col], a_k < params.k);
    b_tile[local.y * TILE + local.x] = select(0.0, b[b_base + min(b_k, last) * params.b_row], b_k < params.k);
    workgroupBarrier();
    for (var i = 0u; i < TILE; i++) {
      total = fma(a_tile[local.y * TILE + i], b_tile[i * TILE + local.x], total);
    }
    workgroupBarrier();
  }
  if (row < params.m && col < params.n) {
    let at = (batch * params.m + row) * params.n + col;
    c[at] = finish(total, at, col);
  }
}
