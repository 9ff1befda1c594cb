// C = finish(A · B), per batch: M x K times K x N, for GPUs.
// Idea: a workgroup loads a TILE x DEPTH piece of A and a DEPTH x TILE piece of B into workgroup memory once, and each of
// its SIDE x SIDE invocations makes 4 x 4 or 8 x 8 elements of the result in registers from them: it reads vectors of four
// rows and of four columns, each of which it uses four or eight times.

const SIDE = 16u;   // invocations along each side of a tile
const FOURS = 1u;   // vectors of four rows, and of four columns, that each invocation makes
const DEPTH = 16u;  // K per piece
const VECTORS = SIDE * FOURS;  // vectors along each side of a tile
const TILE = 4u * VECTORS;
const STEP = VECTORS + 1u;  // from one k to the next: one more, so that neighbours fall into different banks
alias Four = vec4<f32>;
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
  splits: u32,   // parts that K is cut into; each is a batch of its own in C, summed later
  k_part: u32,   // length of a part
  batches: u32,  // batches times splits
  four: u32,     // 4, and DEPTH, where the compiler must not know them: it would write loops out, for seconds on some drivers
  depth: u32,
// @begin fields
// @end fields
}

@group(0) @binding(0) var<uniform> params: Params;
// @begin bindings
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;
// @end bindings

// Both pieces are kept K by K, in vectors along M and N.
var<workgroup> a_piece: array<vec4<f32>, DEPTH * STEP>;
var<workgroup> b_piece: array<vec4<f32>, DEPTH * STEP>;

// A[row .. row+3, k], zeros beyond K; rows beyond the last are that one, and are not stored.
fn a_four(base: u32, row: u32, k: u32, k_end: u32) -> vec4<f32> {
  let at = base + min(k, k_end - 1u) * params.a_col;
  let last = params.m - 1u;
  let four = vec4<f32>(a[at + min(row, last) * params.a_row], a[at + min(row + 1u, last) * params.a_row],
                       a[at + min(row + 2u, last) * params.a_row], a[at + min(row + 3u, last) * params.a_row]);
  return select(vec4<f32>(), four, k < k_end);
}

// B[k, col .. col+3], likewise.
fn b_four(base: u32, col: u32, k: u32, k_end: u32) -> vec4<f32> {
  let at = base + min(k, k_end - 1u) * params.b_row;
  let last = params.n - 1u;
  let four = vec4<f32>(b[at + min(col, last) * params.b_col], b[at + min(col + 1u, last) * params.b_col],
                       b[at + min(col + 2u, last) * params.b_col], b[at + min(col + 3u, last) * params.b_col]);
  return select(vec4<f32>(), four, k < k_end);
}

// @begin finish
// What is stored at element `at` of C for a sum in column `col`.
fn finish(value: T, at: u32, col: u32) -> T {
  return value;
}
// @end finish

@compute @workgroup_size(SIDE, SIDE)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_id) local: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let tile = group.y * groups.x + group.x;
  let batch = tile / (params.tiles_m * params.tiles_n);
  // Uniform in the workgroup, so that no invocation misses a barrier.
  if (batch >= params.batches) {
    return;
  }
  let first_row = (tile / params.tiles_n) % params.tiles_m * TILE;
  let first_col = tile % params.tiles_n * TILE;
  let a_base = batch / params.splits * params.a_batch;
  let b_base = params.b_start + batch / params.splits * params.b_batch;
  let k_begin = batch % params.splits * params.k_part;
  let k_end = min(k_begin + params.k_part, params.k);

  // @registers
  var rows: array<Four, FOURS>;
  // @registers
  var cols: array<Four, FOURS>;
  // @registers
  var sums: array<Four, 4u * FOURS * FOURS>;
  for (var k = k_begin; k < k_end; k += DEPTH) {
    for (var i = lane; i < VECTORS * DEPTH; i += SIDE * SIDE) {
      // Neighbouring lanes read neighbouring addresses: along K where that is A's (B's) unit stride, else across it.
      let a_along_k = params.a_col == 1u;
      let a_vector = select(i % VECTORS, i / DEPTH, a_along_k);
      let a_k = select(i / VECTORS, i % DEPTH, a_along_k);
      a_piece[a_k * STEP + a_vector] = a_four(a_base, first_row + 4u * a_vector, k + a_k, k_end);
      let b_along_k = params.b_row == 1u;
      let b_vector = select(i % VECTORS, i / DEPTH, b_along_k);
      let b_k = select(i / VECTORS, i % DEPTH, b_along_k);
      b_piece[b_k * STEP + b_vector] = b_four(b_base, first_col + 4u * b_vector, k + b_k, k_end);
    }
    workgroupBarrier();
    for (var d = 0u; d < params.depth; d += 2u) {
      // @unroll
      for (var e = 0u; e < 2u; e++) {
        // @unroll
        for (var v = 0u; v < FOURS; v++) {
          rows[v] = a_piece[(d + e) * STEP + v * SIDE + local.y];
          cols[v] = b_piece[(d + e) * STEP + v * SIDE + local.x];
        }
        // @unroll
        for (var r = 0u; r < 4u * FOURS; r++) {
          // @unroll
          for (var v = 0u; v < FOURS; v++) {
            sums[r * FOURS + v] = fma(vec4<f32>(rows[r / 4u][r % 4u]), cols[v], sums[r * FOURS + v]);
          }
        }
      }
    }
    workgroupBarrier();
  }
  let c_base = batch * params.m * params.n;
  // The sums move up row by row, so that the code of a store is there once for all rows and for four columns.
  for (var r = 0u; r < params.four * FOURS; r++) {
    let row = first_row + (r / 4u * SIDE + local.y) * 4u + r % 4u;
    // @unroll
    for (var v = 0u; v < FOURS; v++) {
      var values = sums[v];
      for (var j = 0u; j < params.four; j++) {
        let col = first_col + (v * SIDE + local.x) * 4u + j;
        if (row < params.m && col < params.n) {
          let at = c_base + row * params.n + col;
          c[at] = finish(values.x, at, col);
        }
        values = values.yzwx;
      }
    }
    // @unroll
    for (var i = 0u; i < (4u * FOURS - 1u) * FOURS; i++) {
      sums[i] = sums[i + FOURS];
    }
  }
}
