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
