// What rules of elementwise ops may call, for any T: the host kernel says what T, U (its bits) and B (its truth values) are.
// Functions only: expression.ts joins them to the kernels that need them.

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

// What WGSL cannot write down: infinities, NaN and -0. It refuses or changes constants, but not the results of a function.
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
