// log[clock % rows, first + k] = scalar k, for up to six scalars. One invocation in all.

struct Params {
  rows: u32,              // capacity of the log
  columns: u32,           // scalars per row
  first: u32,             // column of scalar 0 of this dispatch
  count: u32,             // scalars of this dispatch, 1 to 6
}

@group(0) @binding(0) var<uniform> params: Params;
// Step counter: low and high word.
@group(0) @binding(1) var<storage, read> clock: array<u32>;
// One element each; those beyond `count` repeat an earlier one.
@group(0) @binding(2) var<storage, read> scalar0: array<f32>;
@group(0) @binding(3) var<storage, read> scalar1: array<f32>;
@group(0) @binding(4) var<storage, read> scalar2: array<f32>;
@group(0) @binding(5) var<storage, read> scalar3: array<f32>;
@group(0) @binding(6) var<storage, read> scalar4: array<f32>;
@group(0) @binding(7) var<storage, read> scalar5: array<f32>;
// [rows, columns]
@group(0) @binding(8) var<storage, read_write> log: array<f32>;

@compute @workgroup_size(1)
fn main() {
  let at = (clock[0] % params.rows) * params.columns + params.first;
  log[at] = scalar0[0];
  if (params.count > 1u) { log[at + 1u] = scalar1[0]; }
  if (params.count > 2u) { log[at + 2u] = scalar2[0]; }
  if (params.count > 3u) { log[at + 3u] = scalar3[0]; }
  if (params.count > 4u) { log[at + 4u] = scalar4[0]; }
  if (params.count > 5u) { log[at + 5u] = scalar5[0]; }
}
