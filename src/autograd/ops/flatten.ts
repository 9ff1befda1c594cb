import { ShapeError } from "../../errors.ts";
import { sizeOf } from "../../gpu/launch.ts";
import { shown } from "../arguments.ts";
import { checkTensor } from "../record.ts";
import type { Tensor } from "../tensor.ts";
import { reshape } from "./reshape.ts";

/**
 * The axes from `startAxis` on (negative counts from the end) joined into one, of any type; a scalar becomes one
 * element. Costs nothing. Gradient: g under the input's shape. Throws ShapeError for an axis that is not there.
 */
export function flatten(x: Tensor, startAxis = 0): Tensor {
  checkTensor("flatten", x);
  const first = startAxis < 0 ? startAxis + x.rank : startAxis;
  if (!Number.isInteger(first) || first < 0 || first >= Math.max(1, x.rank)) {
    throw new ShapeError(
      `flatten: ${x} has no axis ${shown(startAxis)}; it must be a whole number from ${-x.rank} to ${x.rank - 1}`,
    );
  }
  return reshape(x, [...x.shape.slice(0, first), sizeOf(x.shape.slice(first))]);
}
