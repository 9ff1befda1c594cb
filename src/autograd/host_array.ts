import { DTypeError } from "../errors.ts";
import type { DType } from "../gpu/launch.ts";

/** Host arrays that hold a tensor's elements. */
export type HostArray = Float32Array | Int32Array | Uint32Array;

/** The element type of a host array. Throws DTypeError for other arrays. */
export function dtypeOf(data: HostArray): DType {
  if (data instanceof Float32Array) return "f32";
  if (data instanceof Int32Array) return "i32";
  if (data instanceof Uint32Array) return "u32";
  const given = (data as object | null)?.constructor?.name ?? typeof data;
  throw new DTypeError(
    `host data must be a Float32Array, Int32Array or Uint32Array, but it is ${given}; convert it with from()`,
  );
}

/** A typed array over bytes read back. */
export function typed(dtype: DType, bytes: ArrayBuffer): HostArray {
  return dtype === "f32" ? new Float32Array(bytes) : dtype === "i32" ? new Int32Array(bytes) : new Uint32Array(bytes);
}
