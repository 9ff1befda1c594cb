import { type Array64, zeros } from "../support/arrays.ts";

interface Walk {
  /** Shape of the product. */
  readonly shape: readonly number[];
  /** Calls `visit` for every term a[aAt] * b[bAt] of every element c[cAt]. */
  readonly terms: (visit: (cAt: number, aAt: number, bAt: number) => void) => void;
}

function walk(a: Array64, b: Array64, transposeA: boolean, transposeB: boolean): Walk {
  const [ar, ac] = a.shape.slice(-2) as [number, number];
  const [br, bc] = b.shape.slice(-2) as [number, number];
  const [m, k] = transposeA ? [ac, ar] : [ar, ac];
  const n = transposeB ? br : bc;
  const rank = Math.max(a.shape.length, b.shape.length) - 2;
  const pad = (shape: readonly number[]) => [...Array<number>(rank + 2 - shape.length).fill(1), ...shape.slice(0, -2)];
  const aBatch = pad(a.shape);
  const bBatch = pad(b.shape);
  const batch = aBatch.map((size, axis) => (size === 1 ? bBatch[axis]! : size));
  const batches = batch.reduce((x, y) => x * y, 1);
  const terms: Walk["terms"] = (visit) => {
    for (let i = 0; i < batches; i++) {
      const place = (own: readonly number[]) => {
        let rest = i;
        let at = 0;
        let step = 1;
        for (let axis = rank - 1; axis >= 0; axis--) {
          at += (own[axis] === 1 ? 0 : rest % batch[axis]!) * step;
          step *= own[axis]!;
          rest = Math.floor(rest / batch[axis]!);
        }
        return at;
      };
      const aBase = place(aBatch) * ar * ac;
      const bBase = place(bBatch) * br * bc;
      for (let row = 0; row < m; row++) {
        for (let col = 0; col < n; col++) {
          for (let p = 0; p < k; p++) {
            const aAt = aBase + (transposeA ? p * ac + row : row * ac + p);
            const bAt = bBase + (transposeB ? col * bc + p : p * bc + col);
            visit((i * m + row) * n + col, aAt, bAt);
          }
        }
      }
    }
  };
  return { shape: [...batch, m, n], terms };
}

/** C[..., i, j] = sum over k of A[..., i, k] * B[..., k, j], batches broadcast as NumPy does. */
export function matmul(a: Array64, b: Array64, transposeA = false, transposeB = false): Array64 {
  const { shape, terms } = walk(a, b, transposeA, transposeB);
  const c = zeros(shape);
  terms((cAt, aAt, bAt) => {
    c.data[cAt]! += a.data[aAt]! * b.data[bAt]!;
  });
  return c;
}

/** Each term a * b of an element of C adds g * b to the gradient of A, and g * a to that of B. */
export function matmulGradient(
  g: Array64,
  a: Array64,
  b: Array64,
  transposeA = false,
  transposeB = false,
): [da: Array64, db: Array64] {
  const [da, db] = [zeros(a.shape), zeros(b.shape)];
  walk(a, b, transposeA, transposeB).terms((cAt, aAt, bAt) => {
    da.data[aAt]! += g.data[cAt]! * b.data[bAt]!;
    db.data[bAt]! += g.data[cAt]! * a.data[aAt]!;
  });
  return [da, db];
}

/** y[..., o] = sum over i of x[..., i] * weight[o, i] + bias[o]. */
export function linear(x: Array64, weight: Array64, bias?: Array64): Array64 {
  const [out, features] = weight.shape as [number, number];
  const y = zeros([...x.shape.slice(0, -1), out]);
  for (let i = 0; i < y.data.length; i++) {
    const [row, o] = [Math.floor(i / out), i % out];
    let total = bias?.data[o] ?? 0;
    for (let f = 0; f < features; f++) total += x.data[row * features + f]! * weight.data[o * features + f]!;
    y.data[i] = total;
  }
  return y;
}

/** dx[..., i] = sum over o of g * weight, dweight[o, i] = sum over rows of g * x, dbias[o] = sum over rows of g. */
export function linearGradient(g: Array64, x: Array64, weight: Array64): [dx: Array64, dw: Array64, dbias: Array64] {
  const [out, features] = weight.shape as [number, number];
  const [dx, dw, dbias] = [zeros(x.shape), zeros(weight.shape), zeros([out])];
  for (let i = 0; i < g.data.length; i++) {
    const [row, o, slope] = [Math.floor(i / out), i % out, g.data[i]!];
    for (let f = 0; f < features; f++) {
      dx.data[row * features + f]! += slope * weight.data[o * features + f]!;
      dw.data[o * features + f]! += slope * x.data[row * features + f]!;
    }
    dbias.data[o]! += slope;
  }
  return [dx, dw, dbias];
}
