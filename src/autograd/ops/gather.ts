import { ShapeError } from "../../errors.ts";
import { sizeOf } from "../../gpu/launch.ts";
import { type GatherCall, gatherGrad, gather as launch } from "../../kernels/gather/gather.ts";
import { checkTensor, recordOne } from "../record.ts";
import type { Tensor } from "../tensor.ts";
import { requireIntegers } from "../tensor_arguments.ts";
import { slice } from "./slice.ts";
import { normalizeAxes } from "./sum.ts";

/**
 * One element of x, of any type, per index (as PyTorch): out[.., j, ..] = x[.., indices[.., j, ..], ..], where the
 * index replaces the coordinate along `axis` and the result has the shape of `indices` (u32, or i32 where negative ones
 * count from the end). Indices out of range take the nearest row. Gradient: the sum of g over the elements that took a
 * row, in order. Throws DTypeError, and ShapeError unless x and indices have one rank and indices reach beyond x along
 * `axis` only.
 */
export function gather(x: Tensor, indices: Tensor, axis: number): Tensor {
  const along = axisOf("gather", x, indices, axis);
  const reaches = indices.shape.every((n, k) => k === along || n <= x.shape[k]!);
  if (indices.rank !== x.rank || !reaches) {
    throw new ShapeError(
      `gather: indices ${indices} do not fit ${x} along axis ${along}: both need one rank, and indices must not be ` +
        "longer along any other axis; expand or slice them",
    );
  }
  const sizes = x.shape.map((n, k) => (k === along ? n : indices.shape[k]!));
  const part =
    sizes.join() === x.shape.join()
      ? x
      : slice(
          x,
          sizes.map(() => 0),
          sizes,
        );
  return gatherRows("gather", part, indices, indices.shape, along, {
    indexPerElement: true,
    outOfRange: "nearest row",
  });
}

/**
 * Whole rows of x, of any type: out = x with `axis` replaced by the axes of `indices`, which name rows along it (u32,
 * or i32 where negative ones count from the end). Indices out of range take the nearest row. Gradient as in {@link
 * gather}. Throws DTypeError, and ShapeError for an axis that x lacks.
 */
export function indexSelect(x: Tensor, axis: number, indices: Tensor): Tensor {
  const along = axisOf("indexSelect", x, indices, axis);
  const shape = [...x.shape.slice(0, along), ...indices.shape, ...x.shape.slice(along + 1)];
  return gatherRows("indexSelect", x, indices, shape, along, { indexPerElement: false, outOfRange: "nearest row" });
}

function axisOf(op: string, x: Tensor, indices: Tensor, axis: number): number {
  checkTensor(op, x);
  requireIntegers(op, "indices", indices, ["u32", "i32"]);
  const [along] = normalizeAxes(op, x, [axis]);
  if (x.shape[along!] === 0 && indices.size > 0) {
    throw new ShapeError(`${op}: axis ${along} of ${x} is empty, so that ${indices} cannot name rows of it`);
  }
  return along!;
}

/** Records a gather whose output has `shape`; the ops above and embedding check their arguments. */
export function gatherRows(
  op: string,
  x: Tensor,
  indices: Tensor,
  shape: readonly number[],
  axis: number,
  kind: Pick<GatherCall, "indexPerElement" | "outOfRange">,
): Tensor {
  const call: GatherCall = {
    ...kind,
    outer: sizeOf(x.shape.slice(0, axis)),
    rows: x.shape[axis]!,
    picks: kind.indexPerElement ? indices.shape[axis]! : indices.size,
    width: sizeOf(x.shape.slice(axis + 1)),
  };
  return recordOne({
    op,
    inputs: [x, indices],
    shape,
    dtype: x.dtype,
    lower: (out) => [launch(op, x, indices, out, call)],
    vjp: ([g]) => [
      recordOne({
        op: `${op}Grad`,
        inputs: [g!, indices],
        shape: x.shape,
        dtype: "f32",
        lower: (dx) => [gatherGrad(`${op}Grad`, g!, indices, dx, call)],
      }),
      undefined,
    ],
  });
}
