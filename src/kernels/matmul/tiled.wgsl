// C = finish(A · B), per batch: M x K times K x N, for GPUs.
// Idea: a workgroup loads a TILE x DEPTH piece of A and a DEPTH x TILE piece of B into workgroup memory once, and each of
// its 16 x 16 invocations makes a 4 x 4 piece of the result in registers from them.

const SIDE = 16u;       // invocations along each side of a tile
const EACH = 4u;        // rows and columns of the result that each invocation makes
const TILE = SIDE * EACH;
const DEPTH = 16u;      // K per piece
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
// @begin fields
// @end fields
}

@group(0) @binding(0) var<uniform> params: Params;
// @begin bindings
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;
// @end bindings

// Both pieces are kept K by K, padded by one so that neighbours fall into different banks.
var<workgroup> a_piece: array<f32, DEPTH * (TILE + 1u)>;
var<workgroup> b_piece: array<f32, DEPTH * (TILE + 1u)>;

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
  var sums: array<vec4<f32>, EACH>;
  for (var k = k_begin; k < k_end; k += DEPTH) {
    for (var i = lane; i < TILE * DEPTH; i += SIDE * SIDE) {
      // Neighbouring lanes read neighbouring addresses: along K where that is A's (B's) unit stride, else across it.
      let a_along_k = params.a_col == 1u;
      let a_r = select(i % TILE, i / DEPTH, a_along_k);
      let a_k = select(i / TILE, i % DEPTH, a_along_k);
      let a_inside = first_row + a_r < params.m && k + a_k < k_end;
      let a_at = a_base + min(first_row + a_r, params.m - 1u) * params.a_row + min(k + a_k, k_end - 1u) * params.a_col;
      a_piece[a_k * (TILE + 1u) + a_r] = select(0.0, a[a_at], a_inside);
      let b_along_k = params.b_row == 1u;
      let b_c = select(i % TILE, i / DEPTH, b_along_k);
      let b_k = select(i / TILE, i % DEPTH, b_along_k);
      let b_inside = first_col + b_c < params.n && k + b_k < k_end;
      let b_at = b_base + min(first_col + b_c, params.n - 1u) * params.b_col + min(k + b_k, k_end - 1u) * params.b_row;
      b_piece[b_k * (TILE + 1u) + b_c] = select(0.0, b[b_at], b_inside);
    }
    workgroupBarrier();
    for (var d = 0u; d < DEPTH; d++) {
      let at = d * (TILE + 1u);
      let cols = vec4<f32>(b_piece[at + local.x], b_piece[at + local.x + SIDE],
                           b_piece[at + local.x + 2u * SIDE], b_piece[at + local.x + 3u * SIDE]);
      // @unroll
      for (var r = 0u; r < EACH; r++) {
        sums[r] = fma(vec4<f32>(a_piece[at + local.y * EACH + r]), cols, sums[r]);
      }
    }
    workgroupBarrier();
  }
  let c_base = batch * params.m * params.n;
  // @unroll
  for (var r = 0u; r < EACH; r++) {
    let row = first_row + local.y * EACH + r;
    // @unroll
    for (var j = 0u; j < 4u; j++) {
      let col = first_col + local.x + j * SIDE;
      if (row < params.m && col < params.n) {
        let at = c_base + row * params.n + col;
        c[at] = finish(sums[r][j], at, col);
      }
    }
  }
}
