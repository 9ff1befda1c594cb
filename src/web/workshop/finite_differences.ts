/**
 * Slopes of a function of many numbers, computed in float64 from its values alone: (f(x + h) - f(x - h)) / 2h for each number. The
 * gradient check compares kernels with them.
 */
export function slopes(x: ArrayLike<number>, f: (x: Float64Array) => number, h = 1e-4): Float64Array {
  const at = Float64Array.from(x);
  return at.map((value, i) => {
    at[i] = value + h;
    const above = f(at);
    at[i] = value - h;
    const below = f(at);
    at[i] = value;
    return (above - below) / (2 * h);
  });
}
