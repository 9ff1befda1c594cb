/**
 * Standard normal numbers by inverting the distribution function, in whole numbers only, so that every CPU and GPU makes
 * the same bits: WGSL leaves rounding, log, sqrt and cos to the driver, but not what integers do.
 *
 * The method is the hierarchical table of Cheung, Lee, Luk and Villasenor, "Hardware generation of arbitrary random
 * number distributions from uniform distributions via the inversion method" (IEEE TVLSI 15(8), 2007). One word gives one
 * number: its top bit is the sign; the other 31 bits and a final 1 make an odd M of 32 bits, and the tail probability
 * p = M * 2^-33 in (0, 1/2). Leading zeros of M choose an octave of p, the next four bits one of its 16 segments, and
 * the remaining 27 or fewer bits the place t in [0, 1) in the segment, where a cubic gives
 *   x = c0 - t * (c1 - t * (c2 - t * c3)),   all four c >= 0, counted in units of 2^-28.
 * The largest |x| is 6.338; x is within 5e-8 of the exact quantile before it is rounded to the 24 bits of an f32.
 */
import { mulHigh } from "./mul_high.ts";

const OCTAVES = 32;
const SEGMENTS = 16;
const UNIT = 2 ** -28;

/** Words of {@link normalTable}: four coefficients for each segment of each octave. */
export const NORMAL_TABLE_WORDS = OCTAVES * SEGMENTS * 4;

/** Wichura's AS 241 (PPND16), "The percentage points of the normal distribution", Applied Statistics 37, 1988. */
const CENTRE = [
  [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087,
    33430.57558358813, 2509.0809287301227,
  ],
  [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
    28729.085735721943, 5226.495278852854,
  ],
] as const;
const TAIL = [
  [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
    0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
  ],
  [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
    0.0005475938084995345, 1.0507500716444169e-9,
  ],
] as const;

function ratio([above, below]: readonly [readonly number[], readonly number[]], x: number): number {
  const at = (c: readonly number[]) => c.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
  return at(above) / at(below);
}

/** Natural logarithm of 0 < x <= 1 by additions and divisions alone, so that every JavaScript engine agrees. */
function ln(x: number): number {
  let mantissa = x;
  let halvings = 0;
  for (; mantissa < 0.75; halvings++) mantissa *= 2;
  const z = (mantissa - 1) / (mantissa + 1);
  let sum = 0;
  for (let k = 23; k >= 1; k -= 2) sum = sum * z * z + 1 / k;
  return 2 * z * sum - halvings * Math.LN2;
}

/** The x > 0 above which a normal number lies with probability 1e-11 < p <= 1/2. */
export function upperQuantile(p: number): number {
  const q = 0.5 - p;
  if (q <= 0.425) return q * ratio(CENTRE, 0.180625 - q * q);
  return ratio(TAIL, Math.sqrt(-ln(p)) - 1.6);
}

/** Coefficients of the cubic through f at the four Chebyshev points of [0, 1), as powers of t with signs + - + -. */
function cubic(f: (t: number) => number): number[] {
  const nodes = [0.9619397662556434, 0.6913417161825449, 0.3086582838174551, 0.03806023374435663];
  // Newton's divided differences, then expansion into powers of t.
  const d = nodes.map(f);
  for (let order = 1; order < 4; order++) {
    for (let i = 3; i >= order; i--) d[i] = (d[i]! - d[i - 1]!) / (nodes[i]! - nodes[i - order]!);
  }
  const c = [d[3]!, 0, 0, 0];
  for (let i = 2; i >= 0; i--) {
    for (let k = 3; k >= 1; k--) c[k] = c[k - 1]! - nodes[i]! * c[k]!;
    c[0] = d[i]! - nodes[i]! * c[0]!;
  }
  return c.map((value, k) => (k % 2 === 0 ? value : -value));
}

let table: Uint32Array<ArrayBuffer> | undefined;

/** The table of coefficients, octave by octave, c0 to c3 of each segment. Made at first use, in well under 10 ms. */
export function normalTable(): Uint32Array<ArrayBuffer> {
  if (table) return table;
  const made = new Uint32Array(NORMAL_TABLE_WORDS);
  for (let octave = 0; octave < OCTAVES; octave++) {
    // M of this octave runs from 2^(31 - octave) to twice that.
    const low = 2 ** (-2 - octave);
    for (let segment = 0; segment < SEGMENTS; segment++) {
      const c = cubic((t) => upperQuantile(low * (1 + (segment + t) / SEGMENTS)));
      made.set(
        c.map((value) => Math.round(Math.max(0, value) / UNIT)),
        (octave * SEGMENTS + segment) * 4,
      );
    }
  }
  table = made;
  return made;
}

/** The standard normal number (an f32, never 0) that a random word stands for: normal.wgsl line by line. */
export function normalFromWord(word: number): number {
  const c = normalTable();
  const odd = (word << 1) | 1;
  const octave = Math.clz32(odd);
  const shifted = odd << octave;
  const at = (octave * SEGMENTS + ((shifted >>> 27) & 15)) * 4;
  const t = shifted << 5;
  const inner = c[at + 2]! - (mulHigh(t, c[at + 3]!) >>> 0);
  const slope = c[at + 1]! - (mulHigh(t, inner) >>> 0);
  const x = Math.max(c[at]! - (mulHigh(t, slope) >>> 0), 1);
  // Round to the 24 bits of an f32, halves up.
  const drop = Math.max(8 - Math.clz32(x), 0);
  const digits = (x + ((1 << drop) >> 1)) >>> drop;
  const magnitude = digits * 2 ** drop * UNIT;
  return word >>> 31 ? -magnitude : magnitude;
}
