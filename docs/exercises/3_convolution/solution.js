/** x[u] met tap i of output o where u = o * stride - padding + i, so o = (u + padding - i) / stride, if that is whole and inside. */
export function inputGradient(g, w, xLength, stride, padding) {
  return Array.from({ length: xLength }, (_, u) =>
    w.reduce((total, weight, i) => total + weight * (g[(u + padding - i) / stride] ?? 0), 0),
  );
}

export function weightGradient(g, x, wLength, stride, padding) {
  return Array.from({ length: wLength }, (_, i) =>
    g.reduce((total, arriving, o) => total + arriving * (x[o * stride - padding + i] ?? 0), 0),
  );
}

/** Neighbouring windows of T taps see count + T - 1 places. */
export function rowPiece(load, w, first, count, padding) {
  const seen = Array.from({ length: count + w.length - 1 }, (_, i) => load(first - padding + i));
  return Array.from({ length: count }, (_, o) => w.reduce((total, weight, i) => total + weight * seen[o + i], 0));
}
