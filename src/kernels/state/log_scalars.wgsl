// log[clock % rows, first + k] = scalar k, for up to six scalars. One invocation in all.
// state.ts writes the parts between "@begin" and "@end" anew for each number of scalars.

struct Params {
  rows: u32,              // capacity of the log
  columns: u32,           // scalars per row
  first: u32,             // column of scalar 0 of this dispatch
}

@group(0) @binding(0) var<uniform> params: Params;
// clock: step counter, low and high word; log: [rows, columns]; scalars: one element each.
// @begin bindings
@group(0) @binding(1) var<storage, read> clock: array<u32>;
@group(0) @binding(2) var<storage, read_write> log: array<f32>;
@group(0) @binding(3) var<storage, read> scalar0: array<f32>;
// @end bindings

@compute @workgroup_size(1)
fn main() {
  let at = (clock[0] % params.rows) * params.columns + params.first;
// @begin writes
  log[at + 0u] = scalar0[0];
// @end writes
}
