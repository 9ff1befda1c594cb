// C[row, col] = finish(sum over k of A[row, k] * B[k, col]), per batch.
// The first rung: one invocation makes one element and reads a whole row of A and column of B for it. Strides say how
// A and B are stored, so that one text serves plain and transposed operands.

const WORKGROUP = 64u;
alias T = f32;
alias U = u32;  // the bits of a T
alias B = bool;  // truth values

struct Params {
  m: u32,
  n: u32,
  k: u32,
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
  let i = (group.y * groups.x + group.x) * WORKGROUP + lane;
  let col = i % params.n;
  let row = i / params.n % params.m;
  let batch = i / params.n / params.m;
  if (batch >= params.batches) {
    return;
  }
  let a_base = batch * params.a_batch + row * params.a_row;
  let b_base = params.b_start + batch * params.b_batch + col * params.b_col;
  var total = 0.0;
  for (var k = 0u; k < params.k; k++) {
    total = fma(a[a_base + k * params.a_col], b[b_base + k * params.b_row], total);
  }
  c[i] = finish(total, i, col);
}
