import type { ConvRung } from "../../kernels/conv2d/gather.ts";
import type { WeightGradientVariant } from "../../kernels/conv2d/weight_gradient.ts";
import type { MatmulVariant } from "../../kernels/matmul/matmul.ts";

export type LadderName = "matmul" | "conv2d" | "conv2d-weights";

/** One way to compute the same thing. */
export interface Rung {
  readonly variant: string;
  readonly title: string;
  /** Path of its text, which lies beside the page too. */
  readonly file: string;
  /** What it adds to the rung before. */
  readonly idea: string;
}

/** Rungs from the naive one up. */
export interface Ladder {
  readonly title: string;
  readonly formula: string;
  readonly rungs: readonly Rung[];
}

type Variant = MatmulVariant | ConvRung | WeightGradientVariant;

function rung(variant: Variant, title: string, stem: string, idea: string): Rung {
  return { variant, title, file: `src/kernels/${stem}.wgsl`, idea };
}

/** The ladders. */
export const LADDERS: Readonly<Record<LadderName, Ladder>> = {
  matmul: {
    title: "Matrix product",
    formula: "C[row, col] = sum over k of A[row, k] · B[k, col]",
    rungs: [
      rung(
        "naive",
        "Naive",
        "matmul/naive",
        "One invocation makes one element: a dot product of a row of A and a column of B. For every multiply-add it loads two " +
          "numbers from memory, and its neighbours load the same ones again. The arithmetic waits for memory most of the time.",
      ),
      rung(
        "shared 16",
        "Workgroup memory",
        "matmul/shared",
        "256 invocations make 16 x 16 elements together. They copy a piece of A and of B into memory that they share, wait for each other, " +
          "and use every number 16 times from there: memory is read 16 times less often.",
      ),
      rung(
        "registers 4",
        "Registers",
        "matmul/registers",
        "One invocation makes 4 x 4 elements. For each k it loads four numbers of A and four of B and does 16 multiply-adds with them: " +
          "half a load for each, where the first rung needs two. Sums stay in registers, the fastest memory there is.",
      ),
      rung(
        "tiled 32",
        "Tiles of 32",
        "matmul/tiled",
        "Both ideas at once: 64 invocations make 32 x 32 elements from pieces in workgroup memory, and each keeps 4 x 4 sums in " +
          "registers. Two vector loads feed 16 multiply-adds, and memory is read 32 times less often.",
      ),
      rung(
        "tiled 64",
        "Tiles of 64",
        "matmul/tiled",
        "The same text with SIDE = 16: 256 invocations make 64 x 64 elements. Each number that comes from memory is used 64 times, " +
          "which halves the traffic. A small product has too few such tiles to keep a large chip busy.",
      ),
      rung(
        "tiled 128",
        "Tiles of 128",
        "matmul/tiled",
        "With FOURS = 2 each invocation keeps 8 x 8 sums. Four vector loads from workgroup memory now feed 64 multiply-adds: " +
          "on large products it is the arithmetic that waits no more.",
      ),
      rung(
        "subgroup 16",
        "Subgroups, 16 rows",
        "matmul/subgroup",
        "For drivers that run on a CPU. There a load costs as much as twenty multiply-adds and a barrier more still, but invocations of " +
          "a subgroup hand each other numbers for nothing. Each loads other rows of A and broadcasts them; no workgroup memory, no barrier.",
      ),
      rung(
        "subgroup 32",
        "Subgroups, 32 rows",
        "matmul/subgroup",
        "Twice the rows per subgroup: each vector of B that was loaded serves 32 rows. It pays where there are many rows, and the longer " +
          "text takes a third longer to compile.",
      ),
    ],
  },
  conv2d: {
    title: "Convolution",
    formula: "y[n, o, i, j] = sum over c, p, q of x[n, c, i - 1 + p, j - 1 + q] · w[o, c, p, q]",
    rungs: [
      rung(
        "naive",
        "Naive",
        "conv2d/gather_naive",
        "One invocation makes one pixel of one channel: it walks over the 3 x 3 window in every input channel. Neighbours read almost the " +
          "same windows, and every output channel reads them all again.",
      ),
      rung(
        "tiled 32",
        "Tiles of 32",
        "conv2d/gather_tiled",
        "A convolution is a matrix product, of channels x taps with taps x pixels, whose second matrix is never laid out: each workgroup " +
          "gathers the piece that it needs into workgroup memory. 64 invocations make 32 channels of 32 pixels.",
      ),
      rung(
        "tiled 64",
        "Tiles of 64",
        "conv2d/gather_tiled",
        "The same text with SIDE = 16: 64 channels of 64 pixels. Twice the use of each loaded number, but a layer of 32 channels " +
          "leaves half of the tile empty.",
      ),
      rung(
        "rows 14",
        "Rows of 14 pixels",
        "conv2d/gather_rows",
        "For drivers that run on a CPU. A subgroup makes a piece of a row for all its channels. It loads a piece of an input row once, " +
          "uses it for all three taps along the row, and broadcasts each pixel to invocations that hold four channels each.",
      ),
      rung(
        "rows 28",
        "Rows of 28 pixels",
        "conv2d/gather_rows",
        "Twice the pixels per subgroup: every packed weight that is loaded serves 28 pixels. The text, written out, is twice as long.",
      ),
    ],
  },
  "conv2d-weights": {
    title: "Weight gradient of a convolution",
    formula: "dw[o, c, p, q] = sum over n, i, j of g[n, o, i, j] · x[n, c, i - 1 + p, j - 1 + q]",
    rungs: [
      rung(
        "naive",
        "Naive",
        "conv2d/weight_gradient_naive",
        "One invocation makes one weight's slope: it walks over every pixel of every image of its part. A layer has few weights and the " +
          "batch many pixels, so the batch is cut into parts, each summed by other invocations; a second kernel adds the parts in a fixed order.",
      ),
      rung(
        "tiled 32",
        "Tiles of 32",
        "conv2d/weight_gradient_tiled",
        "A matrix product, of channels x pixels with pixels x taps, whose second matrix is never laid out. Each workgroup gathers pieces of " +
          "both into workgroup memory, and 64 invocations make 4 channels x 4 taps each. The sum over pixels is long: it is cut anywhere, " +
          "so that there are workgroups enough.",
      ),
      rung(
        "tiled 64",
        "Tiles of 64",
        "conv2d/weight_gradient_tiled",
        "The same text with SIDE = 16: 64 channels of 64 taps. Each loaded number is used twice as often, but half as many channels leave " +
          "half of the tile empty, and fewer tiles mean more parts to add.",
      ),
      rung(
        "subgroup",
        "Subgroups",
        "conv2d/weight_gradient_subgroup",
        "For drivers that run on a CPU. Each invocation of a subgroup gathers what its own row of taps sees at a few pixels and hands it to " +
          "all others, which keep a few channels of every tap in registers. The gradient is read several pixels at once; no barrier.",
      ),
    ],
  },
};

/** The rung of a ladder by its variant. */
export function rungOf(ladder: LadderName, variant: string): Rung | undefined {
  return LADDERS[ladder].rungs.find((rung) => rung.variant === variant);
}
