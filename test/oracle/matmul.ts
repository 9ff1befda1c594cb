import { type Array64, zeros } from "../support/arrays.ts";

/** C[..., i, j] = sum over k of A[..., i, k] * B[..., k, j], batches broadcast as NumPy does. */
export function matmul(a: Array64, b: Array64, transposeA = false, transposeB = false): Array64 {
  const [ar, ac] = a.shape.slice(-2) as [number, number];
  const [br, bc] = b.shape.slice(-2) as [number, number];
  const [m, k] = transposeA ? [ac, ar] : [ar, ac];
  const n = transposeB ? br : bc;
  const rank = Math.max(a.shape.length, b.shape.length) - 2;
  const pad = (shape: readonly number[]) => [...Array<number>(rank + 2 - shape.length).fill(1), ...shape.slice(0, -2)];
  const aBatch = pad(a.shape);
  const bBatch = pad(b.shape);
  const batch = aBatch.map((size, axis) => (size === 1 ? bBatch[axis]! : size));
  const c = zeros([...batch, m, n]);
  const batches = batch.reduce((x, y) => x * y, 1);
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
        let total = 0;
        for (let p = 0; p < k; p++) {
          const x = a.data[aBase + (transposeA ? p * ac + row : row * ac + p)]!;
          const y = b.data[bBase + (transposeB ? col * bc + p : p * bc + col)]!;
          total += x * y;
        }
        c.data[(i * m + row) * n + col] = total;
      }
    }
  }
  return c;
}
