// C = finish(A · B), per batch: M x K times K x N, for drivers that run on the CPU.
// Idea: there a load costs as much as twenty multiply-adds and a broadcast within a subgroup next to nothing. So each
// lane loads other rows of A, every value is broadcast to all lanes, and each lane keeps four columns of the result in
// registers. No workgroup memory, no barrier. One workgroup is one subgroup.
enable subgroups;

const LANES = 8u;          // invocations per subgroup
const ROWS_PER_LANE = 2u;  // rows of A that each lane loads
const ROWS = LANES * ROWS_PER_LANE;
// A lane loads, for four k at a time, a vector along K of each of its rows. Where A is stored K x M and a lane has its rows in fours,
// VECTOR is 4: vectors of four rows, one for each k.
const VECTOR = 1u;
const LOADS = ROWS_PER_LANE / VECTOR;
alias T = vec4<f32>;
alias U = vec4<u32>;   // the bits of a T
alias B = vec4<bool>;  // truth values

struct Params {
  m: u32,
  n: u32,
  k: u32,
  tiles_m: u32,  // workgroups along M
  tiles_n: u32,  // workgroups along N
  a_batch: u32,  // elements of A from one batch to the next; 0 when all share it
  b_batch: u32,
  b_row: u32,    // elements of B from one row to the next, where it is not transposed
  b_start: u32,  // where its first row begins
  splits: u32,   // parts that K is cut into; each is a batch of its own in C, summed later
  k_part: u32,   // length of a part, a multiple of four
  batches: u32,  // batches times splits
  rows: u32,     // ROWS, where the compiler must not know it: it would write the loop out
// @begin fields
// @end fields
}

@group(0) @binding(0) var<uniform> params: Params;
// @begin bindings
@group(0) @binding(1) var<storage, read> a: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> b: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> c: array<vec4<f32>>;
// @end bindings

// @begin operands
// A[row, k .. k+3], from vectors along K
fn load_a(base: u32, row: u32, k: u32, k_end: u32) -> vec4<f32> {
  return a[(base + row * params.k + k) / 4u];
}

// B[k .. k+3, col .. col+3] row by row, from vectors along N
fn b_block(base: u32, k: u32, col: u32, k_end: u32) -> mat4x4<f32> {
  let step = params.b_row / 4u;
  let at = (base + k * params.b_row + min(col, params.n - 4u)) / 4u;
  return mat4x4<f32>(b[at], b[at + step], b[at + 2u * step], b[at + 3u * step]);
}
// @end operands

// @begin finish
fn finish(value: T, at: u32, col: u32) -> T {
  return value;
}

// C[row, col .. col+3], in vectors along N
fn store(base: u32, row: u32, col: u32, value: vec4<f32>) {
  if (col < params.n) {
    let at = base + row * params.n + col;
    c[at / 4u] = finish(value, at, col);
  }
}
// @end finish

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(subgroup_invocation_id) lane: u32,
) {
  let tile = group.y * groups.x + group.x;
  let row_of_tiles = tile / params.tiles_n;
  let batch = row_of_tiles / params.tiles_m;
  if (batch >= params.batches) {
    return;
  }
  let first_row = (row_of_tiles - batch * params.tiles_m) * ROWS;
  let col = ((tile - row_of_tiles * params.tiles_n) * LANES + lane) * 4u;
  let product = batch / params.splits;
  let a_base = product * params.a_batch;
  let b_base = product * params.b_batch + params.b_start;
  let k_begin = (batch - product * params.splits) * params.k_part;
  let k_end = min(k_begin + params.k_part, params.k);

  // @registers
  var rows: array<u32, LOADS>;
  // @registers
  var own: array<vec4<f32>, VECTOR * LOADS>;
  // @registers
  var sums: array<vec4<f32>, ROWS>;
  // @unroll
  for (var i = 0u; i < LOADS; i++) {
    rows[i] = min(first_row + (i * LANES + lane) * VECTOR, params.m - VECTOR);
  }
  for (var k = k_begin; k < k_end; k += 4u) {
    // @unroll
    for (var s = 0u; s < VECTOR; s++) {
      // @unroll
      for (var i = 0u; i < LOADS; i++) {
        own[s * LOADS + i] = load_a(a_base, rows[i], k + s, k_end);
      }
    }
    let block = b_block(b_base, k, col, k_end);
    // Row by row, so that a sum stays in its register for all four k.
    // @unroll
    for (var r = 0u; r < ROWS; r++) {
      // @unroll
      for (var j = 0u; j < 4u; j++) {
        // A[first_row + r, k + j]: the lane that has it, and in which vector and component.
        // @value holder = r / VECTOR % LANES
        // @value vector = j * VECTOR / 4u * LOADS + r / VECTOR / LANES
        // @value component = r % VECTOR + j % (4u / VECTOR)
        sums[r] = fma(vec4<f32>(subgroupBroadcast(own[vector][component], holder)), block[j], sums[r]);
      }
    }
  }
  let c_base = batch * params.m * params.n;
  // The sums move up one by one, so that the code of a store, and of all that is computed before it, is there once.
  for (var r = 0u; r < params.rows && first_row + r < params.m; r++) {
    store(c_base, first_row + r, col, sums[0]);
    // @unroll
    for (var i = 0u; i < ROWS - 1u; i++) {
      sums[i] = sums[i + 1u];
    }
  }
}
