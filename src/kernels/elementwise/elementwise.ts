import { type DType, grid, type Launch, type ShaderSource, sizeOf, type View } from "../../gpu/launch.ts";
import { specialize } from "../../gpu/specialize.ts";
import source from "./elementwise.wgsl";
import { type FusedExpression, withExpression } from "./expression.ts";

const WORKGROUP = 64;
const WGSL_SCALAR: Record<DType, string> = { f32: "f32", i32: "i32", u32: "u32" };

/** Most axes that operands of general strided broadcasting may have. */
export const MAX_ELEMENTWISE_AXES = 8;

/** Most inputs of one fused kernel: WebGPU promises eight storage bindings, one is the output. */
export const MAX_ELEMENTWISE_INPUTS = 7;

/** How an input's index follows from the output's. */
type Access =
  | { readonly kind: "same" }
  | { readonly kind: "scalar" }
  /** index = (i / inner) % count: one run of axes kept, all others broadcast (biases, channels, columns). */
  | { readonly kind: "run"; readonly inner: number; readonly count: number }
  | { readonly kind: "strided"; readonly strides: readonly number[] }
  /** The expression reads the input itself. */
  | { readonly kind: "whole" };

/** Whether an input of `shape` has the output's elements in the output's order. */
export function isSame(shape: readonly number[], output: readonly number[]): boolean {
  return accessOf(shape, output).kind === "same";
}

/** Most vectors of uniforms that an expression may have. */
export const MAX_WORDS = 4;

/** Words of `Params` before its arrays: count, words. */
const [WORDS, MAPS] = [8, 8 + MAX_WORDS * 4];
const SIZES = MAPS + 16 * 4;
const STRIDES = SIZES + MAX_ELEMENTWISE_AXES * 4;

function accessOf(shape: readonly number[], output: readonly number[]): Access {
  const aligned = [...Array<number>(output.length - shape.length).fill(1), ...shape];
  const kept = output.map((n, axis) => (n === 1 ? undefined : aligned[axis] === n));
  const first = kept.indexOf(true);
  if (first < 0) return { kind: "scalar" };
  const last = kept.lastIndexOf(true);
  if (kept.slice(first, last + 1).includes(false)) {
    const strides = output.map((_, axis) => (kept[axis] ? sizeOf(aligned.slice(axis + 1)) : 0));
    return { kind: "strided", strides };
  }
  const inner = sizeOf(output.slice(last + 1));
  const count = sizeOf(output.slice(first, last + 1));
  return count === sizeOf(output) ? { kind: "same" } : { kind: "run", inner, count };
}

/** True when four neighbours of the output meet four neighbours, or one element, of this input. */
function suitsVectors(access: Access): boolean {
  if (access.kind === "run") return access.inner % 4 === 0 || (access.inner === 1 && access.count % 4 === 0);
  return access.kind !== "strided";
}

/**
 * Launches a fused elementwise expression: output[i] = result over inputs broadcast to the output's shape (NumPy's rule,
 * checked by the ops). Inputs of u32 or i32 are converted to f32 when read, the result to the output's type when stored.
 */
export function elementwise(output: View, expression: FusedExpression): Launch {
  const { inputs } = expression;
  const size = sizeOf(output.shape);
  const accesses = inputs.map(
    (input, k): Access => (expression.whole?.has(k) ? { kind: "whole" } : accessOf(input.shape, output.shape)),
  );
  const lanes = size % 4 === 0 && accesses.every(suitsVectors) ? 4 : 1;
  const params = new Uint32Array(STRIDES + 32 * 4);
  params[0] = size / lanes;
  expression.words?.forEach((words, k) => {
    params.set(words, WORDS + k * 4);
  });
  accesses.forEach((access, k) => {
    if (access.kind === "run") {
      const perRow = access.inner === 1 ? 1 : access.inner / lanes;
      params.set([perRow, access.inner === 1 ? access.count / lanes : access.count], MAPS + k * 4);
    } else if (access.kind === "strided") {
      access.strides.forEach((stride, axis) => {
        params[STRIDES + (axis * 4 + (k >> 2) * 32) + (k & 3)] = stride;
      });
    }
  });
  output.shape.forEach((n, axis) => {
    params[SIZES + axis * 4] = n;
  });
  return {
    kernel: expression.ops.join(" "),
    variant: lanes === 4 ? "vec4" : "scalar",
    shader: shaderOf(output, expression, accesses, lanes),
    params: params.buffer,
    bindings: [
      ...inputs.map((view) => ({ view, access: "read" as const })),
      { view: output, access: "write" as const },
    ],
    workgroups: grid(Math.ceil(size / lanes / WORKGROUP)),
    flops: size * expression.ops.length,
  };
}

function shaderOf(output: View, expression: FusedExpression, accesses: readonly Access[], lanes: 1 | 4): ShaderSource {
  const wide = (dtype: DType) => (lanes === 4 ? `vec4<${WGSL_SCALAR[dtype]}>` : WGSL_SCALAR[dtype]);
  const bindings: string[] = [];
  const loads: string[] = [];
  const strided = accesses.some((access) => access.kind === "strided");
  if (strided) loads.push(...coordinates(output.shape.length));
  expression.inputs.forEach((input, k) => {
    const access = accesses[k]!;
    if (access.kind === "whole") {
      bindings.push(`@group(0) @binding(${k + 1}) var<storage, read> in${k}: array<${WGSL_SCALAR[input.dtype]}>;`);
      return;
    }
    const perElement = access.kind === "scalar" || (access.kind === "run" && access.inner > 1);
    const element = perElement ? WGSL_SCALAR[input.dtype] : wide(input.dtype);
    bindings.push(`@group(0) @binding(${k + 1}) var<storage, read> in${k}: array<${element}>;`);
    // Integer divisions are dear on CPU drivers: inputs that repeat alike share one index.
    const alike = accesses.findIndex((other) => sameRun(other, access));
    if (alike === k) loads.push(`  let at${k} = ${indexOf(access, k, output.shape.length)};`);
    const loaded = `in${k}[${alike >= 0 ? `at${alike}` : indexOf(access, k, output.shape.length)}]`;
    loads.push(`  let x${k} = T(${perElement ? `f32(${loaded})` : loaded});`);
  });
  const last = expression.inputs.length + 1;
  bindings.push(`@group(0) @binding(${last}) var<storage, read_write> out: array<${wide(output.dtype)}>;`);
  const store = output.dtype === "f32" ? expression.result : `${wide(output.dtype)}(${expression.result})`;
  if (expression.words?.length) loads.unshift(`  let at = i * ${lanes}u;`);
  const body = [...loads, ...expression.lines.map((line) => `  ${line}`), `  out[i] = ${store};`];
  const types = [
    `alias T = ${wide("f32")};`,
    `alias U = ${wide("u32")};`,
    `alias B = ${lanes === 4 ? "vec4<bool>" : "bool"};`,
  ];
  const shader = specialize(source, { WORKGROUP }, { types, bindings, body });
  return withExpression(shader, expression, lanes === 4 ? "vector" : "scalar");
}

function sameRun(a: Access, b: Access): boolean {
  return a.kind === "run" && b.kind === "run" && a.inner === b.inner && a.count === b.count;
}

function indexOf(access: Exclude<Access, { kind: "whole" }>, k: number, axes: number): string {
  if (access.kind === "same") return "i";
  if (access.kind === "scalar") return "0";
  if (access.kind === "run") {
    return access.inner === 1 ? `i % params.maps[${k}].y` : `(i / params.maps[${k}].x) % params.maps[${k}].y`;
  }
  const terms: string[] = [];
  for (let axis = 0; axis < axes; axis++) {
    if (access.strides[axis]) terms.push(`c${axis} * params.strides[${axis + (k >> 2) * 8}][${k & 3}]`);
  }
  return terms.join(" + ");
}

/** Lines that take the output's index apart into one coordinate per axis. */
function coordinates(axes: number): string[] {
  const lines = [`  let r${axes} = i;`];
  for (let axis = axes - 1; axis >= 0; axis--) {
    lines.push(`  let c${axis} = r${axis + 1} % params.sizes[${axis}].x;`);
    lines.push(`  let r${axis} = r${axis + 1} / params.sizes[${axis}].x;`);
  }
  return lines;
}
