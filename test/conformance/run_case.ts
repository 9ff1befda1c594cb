import { evaluate, type HostTensor } from "../../src/autograd/evaluate.ts";
import type { HostArray } from "../../src/autograd/host_array.ts";
import { UsageError } from "../../src/errors.ts";
import type { Device } from "../../src/gpu/device.ts";
import { sizeOf } from "../../src/gpu/launch.ts";
import { Call } from "./call.ts";
import type { ConformanceCase, ConformanceOperand } from "./cases.ts";
import { firstMismatch } from "./ulp.ts";
import { isElementwise, WEBNN_OPS } from "./webnn_ops.ts";

/**
 * Runs one case on the device and returns what is wrong with the result, in one line; undefined when nothing is. Errors
 * of the ops are reported like wrong results.
 */
export async function runCase(device: Device, op: string, test: ConformanceCase): Promise<string | undefined> {
  try {
    for (const part of partsOf(device, op, test)) {
      const wrong = await runPart(device, op, part);
      if (wrong) return wrong;
    }
    return undefined;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}

async function runPart(device: Device, op: string, test: ConformanceCase): Promise<string | undefined> {
  const mapping = WEBNN_OPS.get(op);
  if (!mapping) throw new UsageError(`no op of this project is known to be WebNN's "${op}"; add it to webnn_ops.ts`);
  const lowest: HostTensor = { data: Float32Array.of(-Infinity), shape: [] };
  const results = await evaluate(
    device,
    (...tensors) => {
      const roles = test.inputs.map(({ role }, i) => [role, tensors[i]!] as const);
      const call = new Call(roles, test.options, tensors.at(-1)!);
      const output = mapping(call);
      call.finish();
      return [output];
    },
    [...test.inputs.map(toHost), lowest],
  );
  const result = results[0]!;
  const { expected, tolerance } = test;
  if (result.shape.join() !== expected.shape.join()) {
    return `shape [${result.shape.join(", ")}], expected [${expected.shape.join(", ")}]`;
  }
  if (!(result.data instanceof Float32Array) || result.data.length !== sizeOf(expected.shape)) {
    return `the result is not ${sizeOf(expected.shape)} numbers of f32`;
  }
  const wrong = firstMismatch(result.data, expected.data ?? expected.fill!, tolerance);
  if (!wrong) return undefined;
  const unit = tolerance.kind === "ulp" ? " ULP" : "";
  return `element ${wrong.index} is ${wrong.actual}, expected ${wrong.expected} (off by ${wrong.distance}${unit}, allowed ${tolerance.value}${unit})`;
}

/** Host array of the type that the ops take: indices of 64 bits become i32. */
function toHost({ shape, dataType, data, fill }: ConformanceOperand): HostTensor {
  const size = sizeOf(shape);
  const array: HostArray =
    dataType === "float32"
      ? new Float32Array(size)
      : dataType === "uint32"
        ? new Uint32Array(size)
        : new Int32Array(size);
  if (data) array.set(data);
  else array.fill(fill!);
  if (dataType !== "float32" && data?.some((value, i) => array[i] !== value)) {
    throw new UsageError(`an index of ${dataType} does not fit into 32 bits`);
  }
  return { data: array, shape };
}

/**
 * An elementwise case too large for one binding of this adapter as several that fit, each with some rows; any other case
 * as it is.
 */
export function partsOf(device: Device, op: string, test: ConformanceCase): ConformanceCase[] {
  const { shape, fill } = test.expected;
  const bytes = sizeOf(shape) * 4;
  const limit = Math.min(device.gpu.limits.maxStorageBufferBindingSize, device.gpu.limits.maxBufferSize);
  const filled = [test.expected, ...test.inputs].every(
    (each) => each.fill !== undefined && each.shape.join() === shape.join(),
  );
  const [rows, ...rest] = shape;
  if (bytes <= limit || fill === undefined || !filled || !rows || !isElementwise(op)) return [test];
  const perPart = Math.max(1, Math.floor(limit / (bytes / rows)));
  return Array.from({ length: Math.ceil(rows / perPart) }, (_, k) => {
    const part = [Math.min(perPart, rows - k * perPart), ...rest];
    return {
      ...test,
      inputs: test.inputs.map((input) => ({ ...input, shape: part })),
      expected: { ...test.expected, shape: part },
    };
  });
}
