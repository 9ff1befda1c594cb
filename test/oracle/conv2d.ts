import { type Array64, zeros } from "../support/arrays.ts";

export interface ConvSettings {
  readonly stride: readonly [number, number];
  /** top, bottom, left, right */
  readonly padding: readonly [number, number, number, number];
  readonly dilation: readonly [number, number];
  readonly groups: number;
}

/** y[n, o, i, j] = bias[o] + sum over c, p, q of x[n, c, i*s - pad + p*d, j*s - pad + q*d] * w[o, c, p, q]. */
export function conv2d(x: Array64, w: Array64, bias: Array64 | undefined, settings: ConvSettings): Array64 {
  const [n, channels, h, wd] = x.shape as [number, number, number, number];
  const [out, perGroup, kh, kw] = w.shape as [number, number, number, number];
  const { stride: s, padding: p, dilation: d, groups } = settings;
  const oh = Math.floor((h + p[0] + p[1] - d[0] * (kh - 1) - 1) / s[0]) + 1;
  const ow = Math.floor((wd + p[2] + p[3] - d[1] * (kw - 1) - 1) / s[1]) + 1;
  const y = zeros([n, out, oh, ow]);
  for (let image = 0; image < n; image++)
    for (let o = 0; o < out; o++)
      for (let i = 0; i < oh; i++)
        for (let j = 0; j < ow; j++) {
          let total = bias ? bias.data[o]! : 0;
          const group = Math.floor(o / (out / groups));
          for (let c = 0; c < perGroup; c++)
            for (let a = 0; a < kh; a++)
              for (let b = 0; b < kw; b++) {
                const v = i * s[0] - p[0] + a * d[0];
                const u = j * s[1] - p[2] + b * d[1];
                if (v < 0 || v >= h || u < 0 || u >= wd) continue;
                const at = ((image * channels + group * perGroup + c) * h + v) * wd + u;
                total += x.data[at]! * w.data[((o * perGroup + c) * kh + a) * kw + b]!;
              }
          y.data[((image * out + o) * oh + i) * ow + j] = total;
        }
  return y;
}

/** Scatters x[n, c, i, j] * w[c, o, p, q] to y[n, o, i*s - pad + p*d, j*s - pad + q*d] and adds bias[o]. */
export function convTranspose2d(
  x: Array64,
  w: Array64,
  bias: Array64 | undefined,
  settings: ConvSettings & { outputPadding: readonly [number, number] },
): Array64 {
  const [n, channels, h, wd] = x.shape as [number, number, number, number];
  const [, perGroup, kh, kw] = w.shape as [number, number, number, number];
  const { stride: s, padding: p, dilation: d, groups, outputPadding: e } = settings;
  const out = perGroup * groups;
  const oh = (h - 1) * s[0] - p[0] - p[1] + d[0] * (kh - 1) + e[0] + 1;
  const ow = (wd - 1) * s[1] - p[2] - p[3] + d[1] * (kw - 1) + e[1] + 1;
  const y = zeros([n, out, oh, ow]);
  for (let i = 0; i < y.data.length; i++) y.data[i] = bias ? bias.data[Math.floor(i / (oh * ow)) % out]! : 0;
  for (let image = 0; image < n; image++)
    for (let c = 0; c < channels; c++)
      for (let i = 0; i < h; i++)
        for (let j = 0; j < wd; j++) {
          const value = x.data[((image * channels + c) * h + i) * wd + j]!;
          const group = Math.floor(c / (channels / groups));
          for (let o = 0; o < perGroup; o++)
            for (let a = 0; a < kh; a++)
              for (let b = 0; b < kw; b++) {
                const v = i * s[0] - p[0] + a * d[0];
                const u = j * s[1] - p[2] + b * d[1];
                if (v < 0 || v >= oh || u < 0 || u >= ow) continue;
                const weight = w.data[((c * perGroup + o) * kh + a) * kw + b]!;
                y.data[((image * out + group * perGroup + o) * oh + v) * ow + u]! += value * weight;
              }
        }
  return y;
}

/** Gradients of {@link conv2d}: dx[..] += g * w and dw[..] += g * x at the places of the sum above, dbias[o] += g. */
export function conv2dGradient(
  g: Array64,
  x: Array64,
  w: Array64,
  settings: ConvSettings,
): [dx: Array64, dw: Array64, dbias: Array64] {
  const [n, out, oh, ow] = g.shape as [number, number, number, number];
  const [, channels, h, wd] = x.shape as [number, number, number, number];
  const [, perGroup, kh, kw] = w.shape as [number, number, number, number];
  const { stride: s, padding: p, dilation: d, groups } = settings;
  const [dx, dw, dbias] = [zeros(x.shape), zeros(w.shape), zeros([out])];
  for (let image = 0; image < n; image++)
    for (let o = 0; o < out; o++)
      for (let i = 0; i < oh; i++)
        for (let j = 0; j < ow; j++) {
          const slope = g.data[((image * out + o) * oh + i) * ow + j]!;
          dbias.data[o]! += slope;
          const group = Math.floor(o / (out / groups));
          for (let c = 0; c < perGroup; c++)
            for (let a = 0; a < kh; a++)
              for (let b = 0; b < kw; b++) {
                const v = i * s[0] - p[0] + a * d[0];
                const u = j * s[1] - p[2] + b * d[1];
                if (v < 0 || v >= h || u < 0 || u >= wd) continue;
                const at = ((image * channels + group * perGroup + c) * h + v) * wd + u;
                const tap = ((o * perGroup + c) * kh + a) * kw + b;
                dx.data[at]! += slope * w.data[tap]!;
                dw.data[tap]! += slope * x.data[at]!;
              }
        }
  return [dx, dw, dbias];
}

/** Gradients of {@link convTranspose2d}: what x[at] * w[tap] was added to gives g * w to dx and g * x to dw. */
export function convTranspose2dGradient(
  g: Array64,
  x: Array64,
  w: Array64,
  settings: ConvSettings,
): [dx: Array64, dw: Array64, dbias: Array64] {
  const [n, out, oh, ow] = g.shape as [number, number, number, number];
  const [, channels, h, wd] = x.shape as [number, number, number, number];
  const [, perGroup, kh, kw] = w.shape as [number, number, number, number];
  const { stride: s, padding: p, dilation: d, groups } = settings;
  const [dx, dw, dbias] = [zeros(x.shape), zeros(w.shape), zeros([out])];
  for (let i = 0; i < g.data.length; i++) dbias.data[Math.floor(i / (oh * ow)) % out]! += g.data[i]!;
  for (let image = 0; image < n; image++)
    for (let c = 0; c < channels; c++)
      for (let i = 0; i < h; i++)
        for (let j = 0; j < wd; j++) {
          const at = ((image * channels + c) * h + i) * wd + j;
          const group = Math.floor(c / (channels / groups));
          for (let o = 0; o < perGroup; o++)
            for (let a = 0; a < kh; a++)
              for (let b = 0; b < kw; b++) {
                const v = i * s[0] - p[0] + a * d[0];
                const u = j * s[1] - p[2] + b * d[1];
                if (v < 0 || v >= oh || u < 0 || u >= ow) continue;
                const slope = g.data[((image * out + group * perGroup + o) * oh + v) * ow + u]!;
                const tap = ((c * perGroup + o) * kh + a) * kw + b;
                dx.data[at]! += slope * w.data[tap]!;
                dw.data[tap]! += slope * x.data[at]!;
              }
        }
  return [dx, dw, dbias];
}
