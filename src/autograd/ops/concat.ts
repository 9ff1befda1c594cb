import { DTypeError, ShapeError } from "../../errors.ts";
import { packOffsets, type Storage, sizeOf } from "../../gpu/launch.ts";
import { concat as launch, MAX_CONCAT_INPUTS } from "../../kernels/concat/concat.ts";
import { recordOne } from "../record.ts";
import type { Tensor } from "../tensor.ts";
import { requireTensors } from "../tensor_arguments.ts";
import { slice } from "./slice.ts";
import { normalizeAxes } from "./sum.ts";

/**
 * Tensors of one type, any type, joined along `axis`; all other sizes must agree. Gradients: the parts of g.
 * More than seven tensors take one dispatch per seven. Throws ShapeError and DTypeError.
 */
export function concat(tensors: readonly Tensor[], axis = 0): Tensor {
  requireTensors("concat", "the first argument", tensors);
  const [first] = tensors;
  if (!first) throw new ShapeError("concat: no tensor is given; give at least one");
  const along = normalizeAxes("concat", first, [axis])[0]!;
  for (const tensor of tensors) {
    if (tensor.dtype !== first.dtype) {
      throw new DTypeError(`concat: ${first} and ${tensor} differ in type; convert one with cast`);
    }
    if (tensor.rank !== first.rank || tensor.shape.some((n, k) => k !== along && n !== first.shape[k])) {
      throw new ShapeError(
        `concat: ${first} and ${tensor} do not join along axis ${along}: all other sizes must be equal`,
      );
    }
  }
  if (tensors.length === 1) return first;
  if (tensors.length > MAX_CONCAT_INPUTS) {
    const head = concat(tensors.slice(0, MAX_CONCAT_INPUTS), along);
    return concat([head, ...tensors.slice(MAX_CONCAT_INPUTS)], along);
  }
  const starts = tensors.map((_, k) => tensors.slice(0, k).reduce((total, { shape }) => total + shape[along]!, 0));
  const total = starts.at(-1)! + tensors.at(-1)!.shape[along]!;
  const shape = first.shape.map((n, k) => (k === along ? total : n));
  // Whole pieces of the result, each where it can be bound: what makes a part may write it there.
  const sizes = tensors.map(({ storage }) => storage.sizeBytes);
  const { offsets, sizeBytes } = packOffsets(sizes);
  const inPieces =
    sizeOf(shape.slice(0, along)) === 1 && sizes.every((size) => size > 0) && sizeBytes === sizeOf(shape) * 4;
  return recordOne({
    op: "concat",
    inputs: tensors,
    shape,
    dtype: first.dtype,
    ...(inPieces
      ? { gathers: (into: Storage) => ({ parts: tensors, offsets, into }), lower: () => [] }
      : { lower: (out: Tensor) => [launch(tensors, out, along)] }),
    vjp: ([g], needs) =>
      tensors.map(({ shape }, k) => {
        if (!needs[k]) return undefined;
        const start = shape.map((_, a) => (a === along ? starts[k]! : 0));
        return slice(g!, start, shape);
      }),
  });
}
