import { type Array64, zeros } from "../support/arrays.ts";
import { type PoolCase, windowCount } from "./max_pool2d.ts";

/** Average pooling of [N, C, H, W], window by window, counting elements one by one. */
export function avgPool2d(x: Array64, pool: PoolCase, countIncludePad: boolean): Array64 {
  const [n, c, h, w] = x.shape as [number, number, number, number];
  const [oh, ow] = [windowCount(h, 0, pool), windowCount(w, 1, pool)];
  const [ph, pw] = pool.padding;
  const out = zeros([n, c, oh, ow]);
  for (let p = 0; p < n * c; p++) {
    for (let i = 0; i < oh; i++) {
      for (let j = 0; j < ow; j++) {
        let total = 0;
        let count = 0;
        for (let a = 0; a < pool.kernel[0]; a++) {
          for (let b = 0; b < pool.kernel[1]; b++) {
            const y = i * pool.stride[0] - ph + a;
            const z = j * pool.stride[1] - pw + b;
            if (y >= h + ph || z >= w + pw) continue;
            const inside = y >= 0 && y < h && z >= 0 && z < w;
            if (inside) total += x.data[(p * h + y) * w + z]!;
            if (inside || countIncludePad) count++;
          }
        }
        out.data[(p * oh + i) * ow + j] = total / count;
      }
    }
  }
  return out;
}

/** Gradient of {@link avgPool2d}: each window gives g / count to each of its elements. */
export function avgPool2dGradient(g: Array64, x: Array64, pool: PoolCase, countIncludePad: boolean): Array64 {
  const [, , h, w] = x.shape as [number, number, number, number];
  const [n, c, oh, ow] = g.shape as [number, number, number, number];
  const [ph, pw] = pool.padding;
  const dx = zeros(x.shape);
  for (let p = 0; p < n * c; p++) {
    for (let i = 0; i < oh; i++) {
      for (let j = 0; j < ow; j++) {
        const places: number[] = [];
        let count = 0;
        for (let a = 0; a < pool.kernel[0]; a++) {
          for (let b = 0; b < pool.kernel[1]; b++) {
            const y = i * pool.stride[0] - ph + a;
            const z = j * pool.stride[1] - pw + b;
            if (y >= h + ph || z >= w + pw) continue;
            const inside = y >= 0 && y < h && z >= 0 && z < w;
            if (inside) places.push((p * h + y) * w + z);
            if (inside || countIncludePad) count++;
          }
        }
        for (const at of places) dx.data[at]! += g.data[(p * oh + i) * ow + j]! / count;
      }
    }
  }
  return dx;
}
