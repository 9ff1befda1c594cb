import { DTypeError, RecordingError } from "../errors.ts";
import type { DType } from "../gpu/launch.ts";
import { checkArray, shown } from "./arguments.ts";
import { checkTensor } from "./record.ts";
import { type Tensor, Variable } from "./tensor.ts";

/** Checks of tensors as arguments; arguments.ts has those of plain values. */

/** Throws DTypeError unless every tensor is f32. */
export function requireF32(op: string, ...tensors: readonly Tensor[]): void {
  for (const tensor of tensors) {
    checkTensor(op, tensor);
    if (tensor.dtype !== "f32") throw new DTypeError(`${op}: needs f32, but got ${tensor}; convert it with cast`);
  }
}

/** Throws DTypeError unless `tensor` has one of these integer types, as indices and labels have. */
export function requireIntegers(op: string, name: string, tensor: Tensor, types: readonly DType[] = ["u32"]): void {
  checkTensor(op, tensor);
  if (types.includes(tensor.dtype)) return;
  throw new DTypeError(`${op}: ${name} must be ${types.join(" or ")}, but got ${tensor}; convert them with cast`);
}

/** Throws DTypeError unless `tensors` is an array of tensors. */
export function requireTensors(op: string, name: string, tensors: readonly Tensor[]): void {
  checkArray(op, name, tensors);
  for (const tensor of tensors) checkTensor(op, tensor);
}

/** Throws RecordingError unless `variable` is a Variable, as what is changed in place must be. */
export function requireVariable(op: string, variable: Tensor): void {
  if (variable instanceof Variable) return;
  throw new RecordingError(
    `${op}: writes into a Variable only, but got ${shown(variable)}; make one with new Variable()`,
  );
}
