// Reduction: out[part, o] = scale * fold over the part's share of the reduced places t of in[base(o) + offset(t)].
// One place is one T: four neighbours (vec4<f32>) where sizes allow it, else one element (f32).
// ROWS: the neighbours are reduced too, an output is one number. Otherwise they are kept: an output is one T.

alias T = vec4<f32>;
alias Bits = vec4<u32>;
const WIDTH = 4u;  // elements in a T
const ROWS = true;
const KIND = 0u;  // 0 sum, 1 max, 2 min
const ONE_KEPT_RUN = false;     // the kept axes are neighbours: no index has to be taken apart, and divisions are
const ONE_REDUCED_RUN = false;  // slow, and long to compile, on CPU drivers; the same of the reduced axes
const WORKGROUP = 64u;
const LANES = 1u;  // neighbouring invocations that share one output's part (a power of two)
const BLOCK = 64u;  // places per lane that one accumulator takes before it joins the total, so that errors stay small

struct Params {
  outputs: u32,    // outputs of one part (in Ts unless ROWS)
  parts: u32,      // parts that each reduction is split into
  places: u32,     // reduced places of one output
  chunk: u32,      // places of one part
  run: u32,        // places along the last reduced axis
  step: u32,       // Ts from place to place along the last reduced axis
  kept_axes: u32,  // entries used of `kept`
  outer_axes: u32, // entries used of `outer`
  identity: f32,   // fold(identity, x) = x
  scale: f32,      // factor on the result: 1, or 1 / places for means
  pad: vec2<u32>,
  kept: array<vec4<u32>, 4>,   // kept axes from first to last: x = size, y = Ts to the next index
  outer: array<vec4<u32>, 4>,  // the same of the reduced axes but the last
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> in: array<T>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;  // [parts, outputs]

var<workgroup> shares: array<T, WORKGROUP>;

fn fold(a: T, b: T) -> T {
  if (KIND == 0u) {
    return a + b;
  }
  // NaN wins. It is told by its bits, because drivers may fold comparisons that only NaN makes true.
  let a_is_nan = (bitcast<Bits>(a) & Bits(0x7fffffffu)) > Bits(0x7f800000u);
  let b_is_nan = (bitcast<Bits>(b) & Bits(0x7fffffffu)) > Bits(0x7f800000u);
  if (KIND == 1u) {
    return select(a, b, ((b > a) & !a_is_nan) | b_is_nan);
  }
  return select(a, b, ((b < a) & !a_is_nan) | b_is_nan);
}

// First T of output o.
fn base_of(o: u32) -> u32 {
  if (ONE_KEPT_RUN) {
    return o * params.kept[0].y;
  }
  var rest = o;
  var place = 0u;
  for (var axis = params.kept_axes; axis > 0u; axis--) {
    let size = params.kept[axis - 1u].x;
    place += (rest % size) * params.kept[axis - 1u].y;
    rest /= size;
  }
  return place;
}

// Ts from an output's first T to its r-th run.
fn offset_of(r: u32) -> u32 {
  if (ONE_REDUCED_RUN) {
    return 0u;
  }
  var rest = r;
  var place = 0u;
  for (var axis = params.outer_axes; axis > 0u; axis--) {
    let size = params.outer[axis - 1u].x;
    place += (rest % size) * params.outer[axis - 1u].y;
    rest /= size;
  }
  return place;
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let task = (group.y * groups.x + group.x) * (WORKGROUP / LANES) + lane / LANES;
  let is_task = task < params.outputs * params.parts;
  let part = task / params.outputs;
  let base = base_of(task - part * params.outputs);
  let begin = part * params.chunk;
  let end = select(begin, min(begin + params.chunk, params.places), is_task);
  var total = T(params.identity);
  for (var t = begin; t < end;) {
    let stop = min(t + BLOCK * LANES, end);
    var share = T(params.identity);
    while (t < stop) {
      let first = select(t % params.run, t, ONE_REDUCED_RUN);
      let count = min(params.run - first, stop - t);
      let start = base + offset_of(t / params.run) + first * params.step;
      for (var i = lane % LANES; i < count; i += LANES) {
        share = fold(share, in[start + i * params.step]);
      }
      t += count;
    }
    total = fold(total, share);
  }
  if (LANES > 1u) {
    shares[lane] = total;
    for (var half = LANES / 2u; half > 0u; half /= 2u) {
      workgroupBarrier();
      if (lane % LANES < half) {
        shares[lane] = fold(shares[lane], shares[lane + half]);
      }
    }
    total = shares[lane];
  }
  if (is_task && lane % LANES == 0u) {
    let v = vec4<f32>(total) * params.scale;
    if (ROWS) {
      out[task] = select(v.x, vec4<f32>(fold(fold(T(v.x), T(v.y)), fold(T(v.z), T(v.w)))).x, WIDTH == 4u);
    } else {
      for (var c = 0u; c < WIDTH; c++) {
        out[task * WIDTH + c] = v[c];
      }
    }
  }
}
