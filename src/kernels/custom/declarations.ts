import { UsageError } from "../../errors.ts";
import { workgroupSizeOf } from "../../gpu/join_shaders.ts";
import type { DType, ShaderSource } from "../../gpu/launch.ts";

/** An array that a kernel binds: `var<storage, read> x: array<vec4<f32>>` has the name x, type f32, and 4 lanes. */
export interface ArrayDeclaration {
  readonly name: string;
  readonly dtype: DType;
  /** Elements that the kernel's text takes at a time: 4 for vec4. */
  readonly lanes: number;
}

/** One scalar of the kernel's uniform. */
export interface ParamField {
  readonly name: string;
  readonly type: DType;
}

/** What a kernel's text says of its call. */
export interface Declarations {
  /** Fields of the uniform at binding 0; undefined for a kernel without one. */
  readonly params: readonly ParamField[] | undefined;
  readonly inputs: readonly ArrayDeclaration[];
  readonly output: ArrayDeclaration;
  /** Invocations of a workgroup. */
  readonly workgroupSize: number;
  /** Whether the text asks for the number of workgroups, as one must whose workgroups lie along x and y. */
  readonly readsGrid: boolean;
}

interface Binding {
  readonly space: string;
  readonly name: string;
  readonly type: string;
}

const DTYPES: Readonly<Record<string, DType>> = { f32: "f32", f: "f32", i32: "i32", i: "i32", u32: "u32", u: "u32" };

/**
 * Reads what a kernel declares: in group 0 a uniform struct of scalars at binding 0 (or none), then the inputs
 * (`var<storage, read>`) in the order in which the op takes them, last the result (`var<storage, read_write>`). Throws UsageError,
 * beginning with the op's name, for any other text.
 */
export function readDeclarations(op: string, shader: ShaderSource): Declarations {
  const code = shader.code.replace(/\/\*[\s\S]*?\*\//g, "").replace(/\/\/[^\n]*/g, "");
  if (/\barrayLength\s*\(/.test(code)) {
    throw new UsageError(
      `${op}: the kernel calls arrayLength, but a buffer may be longer than its tensor; give sizes as params`,
    );
  }
  const bindings = readBindings(op, code);
  const [first] = bindings;
  const params = first?.space === "uniform" ? readFields(op, code, first) : undefined;
  const arrays = params ? bindings.slice(1) : bindings;
  const output = arrays.at(-1);
  if (output?.space !== "storage,read_write") {
    throw new UsageError(
      `${op}: the kernel's last binding must be its result, a var<storage, read_write>; declare one`,
    );
  }
  const inputs = arrays.slice(0, -1);
  const wrong = inputs.find(({ space }) => space !== "storage" && space !== "storage,read");
  if (wrong) {
    throw new UsageError(
      `${op}: the kernel's ${wrong.name} is var<${wrong.space}>, but a kernel has inputs (var<storage, read>) and one result, ` +
        "the last binding; make an op of each result",
    );
  }
  return {
    params,
    inputs: inputs.map((binding) => readArray(op, binding)),
    output: readArray(op, output),
    workgroupSize: readWorkgroupSize(op, { ...shader, code }),
    readsGrid: code.includes("num_workgroups"),
  };
}

/** Declared bindings in order. */
function readBindings(op: string, code: string): Binding[] {
  const declaration = /((?:@(?:group|binding)\s*\(\s*\d+u?\s*\)\s*)+)var\s*<([^>]*)>\s*(\w+)\s*:\s*([^;]+);/g;
  const found: Binding[] = [];
  for (const [, places = "", space = "", name = "", type = ""] of code.matchAll(declaration)) {
    const [group, binding] = ["group", "binding"].map(
      (word) => new RegExp(`@${word}\\s*\\(\\s*(\\d+)`).exec(places)?.[1],
    );
    if (group !== "0" || binding === undefined || found[Number(binding)]) {
      throw new UsageError(
        `${op}: the kernel's ${name} must have a binding of its own in group 0; write @group(0) @binding(n)`,
      );
    }
    found[Number(binding)] = { space: space.replace(/\s/g, ""), name, type: type.replace(/\s/g, "") };
  }
  const missing = Array.from(found).indexOf(undefined as never);
  if (missing >= 0) {
    throw new UsageError(`${op}: the kernel has no @binding(${missing}); number its bindings from 0 without gaps`);
  }
  return found;
}

function readArray(op: string, { name, type }: Binding): ArrayDeclaration {
  const match = /^array<(?:(f32|i32|u32)|vec([234])(?:<(f32|i32|u32)>|([fiu])))>$/.exec(type);
  const dtype = DTYPES[match?.[1] ?? match?.[3] ?? match?.[4] ?? ""];
  if (!dtype || match?.[2] === "3") {
    throw new UsageError(
      `${op}: the kernel's ${name} is ${type}, but must be an array of f32, i32, u32 or of vec2 or vec4 of them, without a size`,
    );
  }
  return { name, dtype, lanes: Number(match?.[2] ?? 1) };
}

/** The uniform's fields: a struct of scalars. */
function readFields(op: string, code: string, { type }: Binding): ParamField[] {
  const body = new RegExp(`\\bstruct\\s+${type}\\s*\\{([^}]*)\\}`).exec(code)?.[1];
  if (body === undefined) throw new UsageError(`${op}: the kernel's uniform is ${type}; make it a struct of scalars`);
  const lines = body.split(",").flatMap((line) => (line.trim() ? [line.trim()] : []));
  return lines.map((line) => {
    const [, name = "", scalar = ""] = /^(\w+)\s*:\s*(f32|i32|u32)$/.exec(line) ?? [];
    if (!name) {
      throw new UsageError(
        `${op}: the field "${line}" of ${type} must be a scalar without attributes: u32, i32 or f32`,
      );
    }
    return { name, type: DTYPES[scalar]! };
  });
}

function readWorkgroupSize(op: string, shader: ShaderSource): number {
  if ([...shader.code.matchAll(/@compute\b/g)].length !== 1) {
    throw new UsageError(`${op}: the kernel must have exactly one @compute function`);
  }
  const sizes = workgroupSizeOf(shader)
    .split(", ")
    .map((text) => Number(text.replace(/[ui]$/, "")));
  if (!sizes.every((size) => Number.isInteger(size) && size > 0)) {
    throw new UsageError(
      `${op}: the kernel's @workgroup_size must be numbers or names of its constants; write one such`,
    );
  }
  return sizes.reduce((all, size) => all * size, 1);
}
