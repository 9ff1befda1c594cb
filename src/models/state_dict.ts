import { shown } from "../autograd/arguments.ts";
import type { HostTensor } from "../autograd/evaluate.ts";
import { dtypeOf, type HostArray } from "../autograd/host_array.ts";
import type { Variable } from "../autograd/tensor.ts";
import { shortLine } from "../data/plain_text.ts";
import type { StoredTensor } from "../data/safetensors.ts";
import { DataError, UsageError } from "../errors.ts";

/** A 64-bit counter is two u32 words here and one I64 in files, where PyTorch's num_batches_tracked is one too. */
function isCounter(variable: Variable): boolean {
  return variable.dtype === "u32" && variable.size === 2;
}

/** Throws UsageError unless `value` is a Map of names. */
function checkMap(op: string, name: string, value: unknown): void {
  if (value instanceof Map) return;
  throw new UsageError(`${op}: ${name} must be a Map of names, as a model's state() gives it, but got ${shown(value)}`);
}

/** Reads all variables from the device, in the form that safetensors files hold. Throws UsageError. */
export async function readState(state: ReadonlyMap<string, Variable>): Promise<Map<string, StoredTensor>> {
  checkMap("readState", "the state", state);
  const stored = new Map<string, StoredTensor>();
  for (const [name, variable] of state) {
    const data = await variable.read();
    if (isCounter(variable)) {
      const value = BigInt(data[0]!) | (BigInt(data[1]!) << 32n);
      stored.set(name, { dtype: "I64", shape: [], data: BigInt64Array.of(value) });
    } else {
      const dtype = variable.dtype === "f32" ? "F32" : variable.dtype === "u32" ? "U32" : "I32";
      stored.set(name, { dtype, shape: [...variable.shape], data: data as Float32Array<ArrayBuffer> });
    }
  }
  return stored;
}

/**
 * Writes stored tensors into the variables of the same names. Throws DataError naming tensors and shapes, changing nothing,
 * when one is missing or has another shape or type; tensors that the state does not have are refused too unless `others`
 * allows them.
 */
export function writeState(
  state: ReadonlyMap<string, Variable>,
  stored: ReadonlyMap<string, StoredTensor>,
  file: string,
  { others = false }: { readonly others?: boolean } = {},
): void {
  checkMap("writeState", "the state", state);
  checkMap("writeState", "the stored tensors", stored);
  const missing = [...state].filter(([name]) => !stored.has(name));
  const unknown = others ? [] : [...stored].filter(([name]) => !state.has(name));
  if (missing.length + unknown.length > 0) {
    const needed = missing.map(([name, variable]) => `${name} ${showShape(isCounter(variable) ? [] : variable.shape)}`);
    const strange = unknown.map(([name, { shape }]) => `${name} ${showShape(shape)}`);
    throw new DataError(
      `${file}: these are weights of another model: missing [${shortLine(needed.join(", "))}], ` +
        `unknown [${shortLine(strange.join(", "))}]; take the model that they are of, or another file`,
    );
  }
  const values = [...state].map(([name, variable]) => ({
    variable,
    value: hostTensor(name, variable, stored.get(name)!, file),
  }));
  for (const { variable, value } of values) variable.write(value.data);
}

function hostTensor(name: string, variable: Variable, { dtype, shape, data }: StoredTensor, file: string): HostTensor {
  if (isCounter(variable) && dtype === "I64" && data instanceof BigInt64Array && data.length === 1) {
    const value = BigInt.asUintN(64, data[0]!);
    return { data: Uint32Array.of(Number(value & 0xffffffffn), Number(value >> 32n)), shape: [2] };
  }
  const fits =
    (data instanceof Float32Array || data instanceof Uint32Array || data instanceof Int32Array) &&
    dtypeOf(data) === variable.dtype &&
    shape.join() === variable.shape.join();
  if (!fits) {
    throw new DataError(
      `${file}: ${name} is ${dtype} ${shortLine(showShape(shape))}, but this model needs ${variable}; the file belongs to another model`,
    );
  }
  return { data: data as HostArray, shape };
}

function showShape(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}

/** The entries of `stored` whose names begin with `prefix`, without it. */
export function withoutPrefix(stored: ReadonlyMap<string, StoredTensor>, prefix: string): Map<string, StoredTensor> {
  return new Map(
    [...stored]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
  );
}
