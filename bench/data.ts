/** Seeded test data (mulberry32), uniform in [-1, 1) and rounded to f32. */
export function randomArray(size: number, seed: number): Float32Array<ArrayBuffer> {
  const next = randomSource(seed);
  const values = new Float32Array(size);
  for (let i = 0; i < size; i++) values[i] = 2 * next() - 1;
  return values;
}

/** Seeded whole numbers of 0..below-1 as bytes. */
export function randomBytes(size: number, below: number, seed: number): Uint8Array<ArrayBuffer> {
  const next = randomSource(seed);
  const values = new Uint8Array(size);
  for (let i = 0; i < size; i++) values[i] = Math.floor(next() * below);
  return values;
}

function randomSource(seed: number): () => number {
  let state = (seed * 0x9e3779b9) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Four sizes. */
export type Four = readonly [number, number, number, number];

/** Exchanges the axes of a row-major array of four axes: axis i of the result is axis `order[i]` of `data`. */
export function permute4(data: Float32Array, shape: Four, order: Four): Float32Array<ArrayBuffer> {
  const strides = [shape[1] * shape[2] * shape[3], shape[2] * shape[3], shape[3], 1];
  const [n0, n1, n2, n3] = order.map((axis) => shape[axis]!) as [number, number, number, number];
  const [s0, s1, s2, s3] = order.map((axis) => strides[axis]!) as [number, number, number, number];
  const out = new Float32Array(data.length);
  let at = 0;
  for (let i = 0; i < n0; i++)
    for (let j = 0; j < n1; j++)
      for (let k = 0; k < n2; k++) for (let l = 0; l < n3; l++) out[at++] = data[i * s0 + j * s1 + k * s2 + l * s3]!;
  return out;
}

/** NCHW to NHWC, for `shape` [N, C, H, W]. */
export const toNhwc = (data: Float32Array, shape: Four) => permute4(data, shape, [0, 2, 3, 1]);
/** NHWC to NCHW, for `shape` [N, H, W, C]. */
export const toNchw = (data: Float32Array, shape: Four) => permute4(data, shape, [0, 3, 1, 2]);
/** OIHW to HWIO, for `shape` [O, I, H, W]. */
export const toHwio = (data: Float32Array, shape: Four) => permute4(data, shape, [2, 3, 1, 0]);
/** HWIO to OIHW, for `shape` [H, W, I, O]. */
export const toOihw = (data: Float32Array, shape: Four) => permute4(data, shape, [3, 2, 0, 1]);

/** Shape [N, H, W, C] of images of shape [N, C, H, W]. */
export const nhwcShape = ([n, c, h, w]: Four): [number, number, number, number] => [n, h, w, c];
/** Images in NHWC back in NCHW, for `shape` [N, C, H, W]. */
export const fromNhwc = (data: Float32Array, shape: Four) => toNchw(data, nhwcShape(shape));
