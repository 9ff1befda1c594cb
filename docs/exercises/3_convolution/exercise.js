/**
 * Chapter 3, in one dimension. A convolution with stride and padding (`forward` in check.js) is
 * y[o] = sum over i of w[i] * x[o * stride - padding + i], x being 0 outside. Write its two gradients from g, the gradient of the loss
 * by y, without differentiating anything numerically; then a piece of a row as `gather_rows.wgsl` makes it.
 */

/** dx[u]: every tap i through which x[u] reached a y[o]. */
export function inputGradient(_g, _w, xLength, _stride, _padding) {
  return new Array(xLength).fill(0);
}

/** dw[i]: every y[o], and the x that it met under tap i. */
export function weightGradient(_g, _x, wLength, _stride, _padding) {
  return new Array(wLength).fill(0);
}

/**
 * `count` neighbouring outputs from y[first] on, with stride 1. `load(place)` gives x[place], 0 outside, and is what costs: here every
 * tap of every output loads, count * w.length times. The windows overlap: load each place that they see once, and use it for all.
 */
export function rowPiece(load, w, first, count, padding) {
  return Array.from({ length: count }, (_, o) =>
    w.reduce((total, weight, i) => total + weight * load(first + o - padding + i), 0),
  );
}
