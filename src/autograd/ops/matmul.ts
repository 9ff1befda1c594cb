import { ShapeError } from "../../errors.ts";
import { sizeOf } from "../../gpu/launch.ts";
import { matmul as launch, type MatmulCall } from "../../kernels/matmul/matmul.ts";
import { checkFlag, checkOptions } from "../arguments.ts";
import { recordOne } from "../record.ts";
import type { Tensor } from "../tensor.ts";
import { requireF32 } from "../tensor_arguments.ts";
import { broadcastShapes, unbroadcast } from "./elementwise.ts";
import { reshape } from "./reshape.ts";
import { copySlice, sliceGrad } from "./slice.ts";
import { expand, sum } from "./sum.ts";

/** How {@link matmul} reads its operands. */
export interface MatmulOptions {
  /** Take `a` with its two last axes exchanged, without copying it. */
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/**
 * C[..., i, j] = sum over k of A[..., i, k] * B[..., k, j] of f32. Axes before the last two are batches and broadcast.
 * Gradients: dA = g · Bᵀ, dB = Aᵀ · g, summed over broadcast batches.
 * Throws DTypeError, UsageError, and ShapeError for operands of rank below 2 or with unequal inner sizes.
 */
export function matmul(a: Tensor, b: Tensor, options: MatmulOptions = {}): Tensor {
  requireF32("matmul", a, b);
  checkOptions("matmul", options, ["transposeA", "transposeB"]);
  const { transposeA = false, transposeB = false } = options;
  checkFlag("matmul", "transposeA", transposeA);
  checkFlag("matmul", "transposeB", transposeB);
  if (a.rank < 2 || b.rank < 2) {
    throw new ShapeError(
      `matmul: needs operands of rank 2 or more, but got ${a} and ${b}; reshape a vector to a row or column`,
    );
  }
  const [m, k] = lastTwo(a, transposeA);
  const [inner, n] = lastTwo(b, transposeB);
  if (k !== inner) {
    throw new ShapeError(
      `matmul: inner sizes differ: ${m}x${k} (from ${a}) times ${inner}x${n} (from ${b}); they must be equal`,
    );
  }
  const batch = broadcastShapes("matmul", a.shape.slice(0, -2), b.shape.slice(0, -2));
  return product(withBatch(a, batch), withBatch(b, batch), { m, n, k, batch, transposeA, transposeB });
}

/**
 * y = x · Wᵀ + bias for f32 x [..., in], W [out, in] and bias [out], as PyTorch's linear.
 * Gradients: dx = g · W, dW = gᵀ · x, dbias = sum of g over all rows. Throws ShapeError, DTypeError.
 */
export function linear(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  requireF32("linear", x, weight, ...(bias === undefined ? [] : [bias]));
  const [out, features] = weight.shape;
  if (weight.rank !== 2 || x.rank < 1 || x.shape.at(-1) !== features || (bias && bias.shape.join() !== String(out))) {
    throw new ShapeError(
      `linear: x ${x}, weight ${weight}${bias ? `, bias ${bias}` : ""} do not fit: needs x [..., in], weight [out, in], bias [out]`,
    );
  }
  const rows = sizeOf(x.shape.slice(0, -1));
  const flat = reshape(x, [rows, features!]);
  const y = product(
    flat,
    weight,
    { m: rows, n: out!, k: features!, batch: [], transposeA: false, transposeB: true },
    bias,
  );
  return reshape(y, [...x.shape.slice(0, -1), out!]);
}

interface Sizes {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly batch: readonly number[];
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** Records one product. Operands have the batch's axes, or none when all batches share them. */
function product(a: Tensor, b: Tensor, sizes: Sizes, bias?: Tensor): Tensor {
  const c: Tensor = recordProduct(a, b, sizes, bias);
  const { transposeA, transposeB, m, k } = sizes;
  // Columns of A · B, A and B being plain matrices, are A times columns of B: what is not asked for need not be computed.
  if (a.rank === 2 && b.rank === 2 && !transposeA && !transposeB && !bias) {
    c.node!.columns = (first, n) => productOfColumns(a, b, { m, n, k, first });
  }
  return c;
}

/** A · B[:, first .. first + n] for A [m, k] and B with k rows. */
function productOfColumns(
  a: Tensor,
  b: Tensor,
  { m, n, k, first }: { readonly m: number; readonly n: number; readonly k: number; readonly first: number },
): Tensor {
  const columns = { first, width: b.shape[1]! };
  const sizes = { m, n, k, batch: [], transposeA: false, transposeB: false };
  const call: MatmulCall = { ...sizes, batches: 1, sharedA: true, sharedB: true, columns };
  return recordOne({
    op: "matmul",
    inputs: [a, b],
    shape: [m, n],
    dtype: "f32",
    lower: (out, capabilities) => launch(a, b, out, call, capabilities),
    withEpilogue: (epilogue, out, capabilities) => launch(a, b, out, { ...call, epilogue }, capabilities),
    vjp: ([g], needs) => [
      needs[0] ? matmul(g!, copySlice(b, [0, first], [k, n]), { transposeB: true }) : undefined,
      needs[1] ? sliceGrad(matmul(a, g!, { transposeA: true }), b.shape, [0, first], [k, n]) : undefined,
    ],
  });
}

function recordProduct(a: Tensor, b: Tensor, sizes: Sizes, bias?: Tensor): Tensor {
  const { m, n, batch, transposeA, transposeB } = sizes;
  const call: MatmulCall = {
    ...sizes,
    batches: sizeOf(batch),
    sharedA: a.rank === 2,
    sharedB: b.rank === 2,
    bias,
  };
  return recordOne({
    op: "matmul",
    inputs: bias ? [a, b, bias] : [a, b],
    shape: [...batch, m, n],
    dtype: "f32",
    lower: (out, capabilities) => launch(a, b, out, call, capabilities),
    withEpilogue: (epilogue, out, capabilities) => launch(a, b, out, { ...call, epilogue }, capabilities),
    vjp: ([g], needs) => [
      needs[0]
        ? unbroadcast(
            transposeA
              ? matmul(b, g!, { transposeA: transposeB, transposeB: true })
              : matmul(g!, b, { transposeB: !transposeB }),
            a.shape,
          )
        : undefined,
      needs[1]
        ? unbroadcast(
            transposeB
              ? matmul(g!, a, { transposeA: true, transposeB: transposeA })
              : matmul(a, g!, { transposeA: !transposeA }),
            b.shape,
          )
        : undefined,
      ...(bias ? [needs[2] ? sum(g!, g!.shape.map((_, axis) => axis).slice(0, -1)) : undefined] : []),
    ],
  });
}

function lastTwo(x: Tensor, transposed: boolean): [number, number] {
  const [rows, cols] = x.shape.slice(-2) as [number, number];
  return transposed ? [cols, rows] : [rows, cols];
}

/** The operand with all batch axes, or with none where every batch uses the same matrix. */
function withBatch(x: Tensor, batch: readonly number[]): Tensor {
  const matrix = x.shape.slice(-2);
  const own = x.shape.slice(0, -2);
  if (sizeOf(own) === 1) return reshape(x, matrix);
  return own.join() === batch.join() ? x : expand(x, [...batch, ...matrix]);
}
