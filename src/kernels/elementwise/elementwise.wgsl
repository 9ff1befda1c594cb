// Elementwise: out[i] = f(in0[i], in1[i], ...), with operands broadcast to the output's shape.
// One invocation makes one T: four neighbours (vec4<f32>) where sizes allow it, else one element (f32).
// elementwise.ts writes the parts between "@begin" and "@end" anew for each fused expression.

// @begin types
alias T = vec4<f32>;
alias U = vec4<u32>;   // the bits of a T
alias B = vec4<bool>;  // its truth values
// @end types

const WORKGROUP = 64u;

struct Params {
  count: u32,                  // number of Ts in the output
  pad: vec3<u32>,
  maps: array<vec4<u32>, 16>,  // per input: x = output Ts per input element, y = input elements before they repeat
  sizes: array<vec4<u32>, 8>,  // per output axis: x = size (general broadcast only)
  strides: array<vec4<u32>, 32>,  // per axis and four inputs: elements to the next index along the axis, 0 if broadcast
}

@group(0) @binding(0) var<uniform> params: Params;
// @begin bindings
@group(0) @binding(1) var<storage, read> in0: array<T>;
@group(0) @binding(2) var<storage, read_write> out: array<T>;
// @end bindings

// Compilers may assume that no number is NaN, so rules that must see one look at the bits with these.
fn is_nan(x: T) -> B {
  return (bitcast<U>(x) & U(0x7fffffffu)) > U(0x7f800000u);
}

// x = 0 or x = -0.
fn is_zero(x: T) -> B {
  return (bitcast<U>(x) & U(0x7fffffffu)) == U(0u);
}

// x < 0 or x = -0; false for NaN of either sign.
fn is_negative(x: T) -> B {
  return bitcast<U>(x) - U(0x80000000u) <= U(0x7f800000u);
}

// What WGSL cannot write down: infinities and NaN. It refuses them as constants, but not as results of a function.
fn of_bits(bits: u32) -> T {
  return bitcast<T>(U(bits));
}

// x^y as C's pow has it: 0^0 = 1, negative x takes whole y, other y give NaN. WGSL's own leaves x < 0 open.
fn power(x: T, y: T) -> T {
  var infinity = U(0x7f800000u);  // a variable: WGSL refuses constants that are not finite
  var nan = U(0x7fc00000u);
  let size = abs(x);
  let whole = floor(y) == y;
  let odd = whole & (floor(y * 0.5) * 2.0 != y) & (abs(y) < T(16777216.0));
  let at_zero = select(T(0.0), bitcast<T>(infinity), y < T(0.0));
  var result = select(exp2(y * log2(size)), at_zero, size == T(0.0));
  result = select(result, bitcast<T>(nan), is_negative(x) & (size > T(0.0)) & (bitcast<U>(size) < infinity) & !whole);
  result = select(result, -result, is_negative(x) & odd);
  result = select(result, x + y, is_nan(x) | is_nan(y));
  result = select(result, T(1.0), (x == T(1.0)) & !is_nan(x));
  result = select(result, T(1.0), (size == T(1.0)) & (bitcast<U>(abs(y)) == infinity));
  return select(result, T(1.0), (y == T(0.0)) & !is_nan(y));
}

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + lane;
  if (i >= params.count) {
    return;
  }
// @begin body
  let x0 = in0[i];
  let y = max(x0, T(0.0));
  out[i] = y;
// @end body
}
