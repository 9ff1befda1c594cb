// C[row, col] = finish(sum over k of A[row, k] * B[k, col]), per batch.
// The third rung, registers: one invocation makes SIDE x SIDE elements. Per k it loads SIDE values of A and SIDE of B and does
// SIDE * SIDE multiply-adds with them: half a load for each where the first rung needs two.

const WORKGROUP = 64u;
const SIDE = 4u;
alias T = f32;
alias U = u32;  // the bits of a T
alias B = bool;  // truth values

struct Params {
  m: u32,
  n: u32,
  k: u32,
  tiles_m: u32,  // blocks of SIDE rows
  tiles_n: u32,  // blocks of SIDE columns
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

// @begin finish
// What is stored at element `at` of C for a sum in column `col`.
fn finish(value: T, at: u32, col: u32) -> T {
  return value;
}
// @end finish

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let block = (group.y * groups.x + group.x) * WORKGROUP + lane;
  let batch = block / params.tiles_n / params.tiles_m;
  if (batch >= params.batches) {
    return;
  }
  let first_row = block / params.tiles_n % params.tiles_m * SIDE;
  let first_col = block % params.tiles_n * SIDE;
  // @registers
  var rows: array<u32, SIDE>;  // where they begin in A; the last one again beyond it
  // @registers
  var cols: array<u32, SIDE>;  // where they begin in B
  // @registers
  var a_values: array<f32, SIDE>;
  // @registers
  var b_values: array<f32, SIDE>;
  // @registers
  var sums: array<f32, SIDE * SIDE>;
  // @unroll
  for (var i = 0u; i < SIDE; i++) {
    rows[i] = batch * params.a_batch + min(first_row + i, params.m - 1u) * params.a_row;
    cols[i] = params.b_start + batch * params.b_batch + min(first_col + i, params.n - 1u) * params.b_col;
  }
  for (var k = 0u; k < params.k; k++) {
    // @unroll
    for (var i = 0u; i < SIDE; i++) {
      a_values[i] = a[rows[i] + k * params.a_col];
      b_values[i] = b[cols[i] + k * params.b_row];
    }
    // @unroll
    for (var i = 0u; i < SIDE; i++) {
      // @unroll
      for (var j = 0u; j < SIDE; j++) {
        sums[i * SIDE + j] = fma(a_values[i], b_values[j], sums[i * SIDE + j]);
      }
    }
  }
  // @unroll
  for (var i = 0u; i < SIDE; i++) {
    // @unroll
    for (var j = 0u; j < SIDE; j++) {
      let row = first_row + i;
      let col = first_col + j;
      if (row < params.m && col < params.n) {
        let at = (batch * params.m + row) * params.n + col;
        c[at] = finish(sums[i * SIDE + j], at, col);
      }
    }
  }
}
