import type { ShaderSource } from "../../gpu/launch.ts";
import type { ConvVariant } from "../../kernels/conv2d/gather.ts";
import convNaive from "../../kernels/conv2d/gather_naive.wgsl";
import convRows from "../../kernels/conv2d/gather_rows.wgsl";
import convTiled from "../../kernels/conv2d/gather_tiled.wgsl";
import type { MatmulVariant } from "../../kernels/matmul/matmul.ts";
import matmulNaive from "../../kernels/matmul/naive.wgsl";
import matmulRegisters from "../../kernels/matmul/registers.wgsl";
import matmulShared from "../../kernels/matmul/shared.wgsl";
import matmulSubgroup from "../../kernels/matmul/subgroup.wgsl";
import matmulTiled from "../../kernels/matmul/tiled.wgsl";

export type LadderName = "matmul" | "conv2d";

/** One way to compute the same thing. */
export interface Rung {
  readonly variant: string;
  readonly title: string;
  readonly file: string;
  /** The file's text. */
  readonly text: string;
  /** What it adds to the rung before. */
  readonly idea: string;
}

/** Rungs from the naive one up. */
export interface Ladder {
  readonly title: string;
  readonly formula: string;
  readonly rungs: readonly Rung[];
}

function rung(variant: MatmulVariant | ConvVariant, title: string, source: ShaderSource, idea: string): Rung {
  return { variant, title, file: source.file, text: source.code, idea };
}

/** Both ladders. */
export const LADDERS: Readonly<Record<LadderName, Ladder>> = {
  matmul: {
    title: "Matrix product",
    formula: "C[row, col] = sum over k of A[row, k] · B[k, col]",
    rungs: [
      rung(
        "naive",
        "Naive",
        matmulNaive,
        "One invocation makes one element: a dot product of a row of A and a column of B. For every multiply-add it loads two " +
          "numbers from memory, and its neighbours load the same ones again. The arithmetic waits for memory most of the time.",
      ),
      rung(
        "shared 16",
        "Workgroup memory",
        matmulShared,
        "256 invocations make 16 x 16 elements together. They copy a piece of A and of B into memory that they share, wait for each other, " +
          "and use every number 16 times from there: memory is read 16 times less often.",
      ),
      rung(
        "registers 4",
        "Registers",
        matmulRegisters,
        "One invocation makes 4 x 4 elements. For each k it loads four numbers of A and four of B and does 16 multiply-adds with them: " +
          "half a load for each, where the first rung needs two. Sums stay in registers, the fastest memory there is.",
      ),
      rung(
        "tiled 32",
        "Tiles of 32",
        matmulTiled,
        "Both ideas at once: 64 invocations make 32 x 32 elements from pieces in workgroup memory, and each keeps 4 x 4 sums in " +
          "registers. Two vector loads feed 16 multiply-adds, and memory is read 32 times less often.",
      ),
      rung(
        "tiled 64",
        "Tiles of 64",
        matmulTiled,
        "The same text with SIDE = 16: 256 invocations make 64 x 64 elements. Each number that comes from memory is used 64 times, " +
          "which halves the traffic. A small product has too few such tiles to keep a large chip busy.",
      ),
      rung(
        "tiled 128",
        "Tiles of 128",
        matmulTiled,
        "With FOURS = 2 each invocation keeps 8 x 8 sums. Four vector loads from workgroup memory now feed 64 multiply-adds: " +
          "on large products it is the arithmetic that waits no more.",
      ),
      rung(
        "subgroup 16",
        "Subgroups, 16 rows",
        matmulSubgroup,
        "For drivers that run on a CPU. There a load costs as much as twenty multiply-adds and a barrier more still, but invocations of " +
          "a subgroup hand each other numbers for nothing. Each loads other rows of A and broadcasts them; no workgroup memory, no barrier.",
      ),
      rung(
        "subgroup 32",
        "Subgroups, 32 rows",
        matmulSubgroup,
        "Twice the rows per subgroup: each vector of B that was loaded serves 32 rows. It pays where there are many rows, and the longer " +
          "text takes twice as long to compile.",
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
        convNaive,
        "One invocation makes one pixel of one channel: it walks over the 3 x 3 window in every input channel. Neighbours read almost the " +
          "same windows, and every output channel reads them all again.",
      ),
      rung(
        "tiled 32",
        "Tiles of 32",
        convTiled,
        "A convolution is a matrix product, of channels x taps with taps x pixels, whose second matrix is never laid out: each workgroup " +
          "gathers the piece that it needs into workgroup memory. 64 invocations make 32 channels of 32 pixels.",
      ),
      rung(
        "tiled 64",
        "Tiles of 64",
        convTiled,
        "The same text with SIDE = 16: 64 channels of 64 pixels. Twice the use of each loaded number, but a layer of 32 channels " +
          "leaves half of the tile empty.",
      ),
      rung(
        "rows 14",
        "Rows of 14 pixels",
        convRows,
        "For drivers that run on a CPU. A subgroup makes a piece of a row for all its channels. It loads a piece of an input row once, " +
          "uses it for all three taps along the row, and broadcasts each pixel to invocations that hold four channels each.",
      ),
      rung(
        "rows 28",
        "Rows of 28 pixels",
        convRows,
        "Twice the pixels per subgroup: every packed weight that is loaded serves 28 pixels. The text, written out, is twice as long.",
      ),
    ],
  },
};

/** The rung of a ladder by its variant. */
export function rungOf(ladder: LadderName, variant: string): Rung | undefined {
  return LADDERS[ladder].rungs.find((rung) => rung.variant === variant);
}
