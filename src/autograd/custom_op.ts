import { DTypeError, ShapeError, UsageError } from "../errors.ts";
import type { Constants } from "../gpu/launch.ts";
import { MAX_WORKGROUPS, type ShaderSource } from "../gpu/launch.ts";
import { specialize } from "../gpu/specialize.ts";
import { custom, fitsGrid, workgroupsFor } from "../kernels/custom/custom.ts";
import { type ArrayDeclaration, type Declarations, readDeclarations } from "../kernels/custom/declarations.ts";
import { checkArray, checkFunction, checkNumber, checkOptions, checkShape, checkWhole, shown } from "./arguments.ts";
import { checkTensor, recordOne } from "./record.ts";
import { Tensor } from "./tensor.ts";

/** Sizes along the axes of a tensor, outermost first. */
export type Shape = readonly number[];

/**
 * An op of one's own: a kernel, the rule of its result's shape, and its gradient. Functions get the shapes (or tensors)
 * of the inputs in the order of the kernel's bindings; all but `shape` get the result's first.
 */
export interface CustomOp {
  /** What plans, profiles and messages call it. */
  readonly name: string;
  /**
   * The kernel, in WGSL that compiles as it stands. Group 0 holds, in order: a uniform struct of u32, i32 and f32
   * fields (where there are `params`), the inputs as `var<storage, read>` arrays, the result as a `var<storage,
   * read_write>` array. It has one `@compute` function and writes every element of the result. Sizes come from
   * `params`: `arrayLength` is refused, as a buffer may be longer than its tensor. Module-level lines start where the
   * text's first one does.
   */
  readonly wgsl: string;
  /** Other values for the kernel's `const NAME = ...;` lines; loops marked `// @unroll` are then written out by them. */
  readonly constants?: Constants;
  /** Shape of the result. It should throw ShapeError for shapes that the kernel cannot take. */
  readonly shape: (...inputs: Shape[]) => Shape;
  /** Values of the uniform's fields, by name. */
  readonly params?: (result: Shape, ...inputs: Shape[]) => Readonly<Record<string, number>>;
  /**
   * Workgroups along x, y and z, or how many in all: those lie along x and y where they are more than 65,535, so the
   * kernel's place is `workgroup_id.y * num_workgroups.x + workgroup_id.x`. Absent: one invocation per element of the
   * result.
   */
  readonly workgroups?: (result: Shape, ...inputs: Shape[]) => number | readonly [number, number, number];
  /** Floating-point operations, for plans and profiles; a multiply-add counts as two. 0 unless given. */
  readonly flops?: (result: Shape, ...inputs: Shape[]) => number;
  /**
   * Vector-Jacobian product: from g, the gradient of the loss by the result, to the gradients by the inputs, recorded
   * as ops. undefined for an input without one, as integers are. Absent: `grad` treats the result as constant.
   */
  readonly vjp?: (g: Tensor, result: Tensor, ...inputs: Tensor[]) => readonly (Tensor | undefined)[];
}

const KEYS = ["name", "wgsl", "constants", "shape", "params", "workgroups", "flops", "vjp"] as const;

/**
 * Makes an op from a kernel; what it returns records a call, like every built-in op, into the step that is being
 * compiled. Element types are those of the kernel's arrays. Throws UsageError for a text or description that cannot be
 * meant; the op throws DTypeError and ShapeError for inputs that it cannot take, and `compile` GpuError, with the line,
 * where the driver refuses the text. Hold it against float64 with {@link checkGradients}; a device opened with
 * `guarded` shows writes out of bounds and elements that are never written.
 */
export function customOp(op: CustomOp): (...inputs: Tensor[]) => Tensor {
  checkOptions<CustomOp>("customOp", op, KEYS, "the op");
  const { name, wgsl } = op;
  if (typeof name !== "string" || !/^[A-Za-z][\w ]*$/.test(name)) {
    throw new UsageError(`customOp: name is ${shown(name)}, but must be a word such as "swish"`);
  }
  if (typeof wgsl !== "string")
    throw new UsageError(`customOp: wgsl of ${name} is ${shown(wgsl)}; give the kernel's text`);
  checkFunction("customOp", `shape of ${name}`, op.shape);
  for (const key of ["params", "workgroups", "flops", "vjp"] as const) {
    if (op[key] !== undefined) checkFunction("customOp", `${key} of ${name}`, op[key]);
  }
  const shader = specialized(name, { file: `${name}.wgsl`, code: dedented(wgsl) }, op.constants);
  const declarations = readDeclarations(name, shader);
  if ((op.params === undefined) !== (declarations.params === undefined)) {
    throw new UsageError(
      `${name}: the kernel has ${declarations.params ? "a" : "no"} uniform at binding 0, but params is ` +
        `${op.params ? "given" : "not"}; have both or neither`,
    );
  }
  return (...inputs) => recordCall(op, shader, declarations, inputs);
}

/**
 * The text without the indentation that all its lines have, as template literals have one; what is module-level then
 * starts its line.
 */
function dedented(wgsl: string): string {
  const lines = wgsl.split("\n");
  const indents = lines.flatMap((line) => (line.trim() ? [/^ */.exec(line)![0].length] : []));
  const common = Math.min(...indents, wgsl.length);
  return lines.map((line) => line.slice(common)).join("\n");
}

function specialized(name: string, source: ShaderSource, constants: Constants | undefined): ShaderSource {
  if (constants !== undefined) checkOptions(name, constants, Object.keys(constants ?? {}) as never[], "constants");
  try {
    return specialize(source, constants ?? {});
  } catch (cause) {
    const problem = (cause as Error).message.replace(/\s+/g, " ");
    throw new UsageError(`${name}: ${problem}; mend the kernel's text or the constants`, { cause });
  }
}

function recordCall(op: CustomOp, shader: ShaderSource, declarations: Declarations, inputs: readonly Tensor[]): Tensor {
  const { name, vjp } = op;
  checkInputs(name, declarations.inputs, inputs);
  const shapes = inputs.map(({ shape }) => shape);
  const shape = op.shape(...shapes);
  checkShape(name, shape);
  const { output } = declarations;
  checkLanes(name, output, shape);
  const params = paramsOf(op, declarations, shape, shapes);
  const workgroups = workgroupsOf(op, declarations, shape, shapes);
  const flops = op.flops?.(shape, ...shapes) ?? 0;
  checkNumber(name, "flops", flops, { least: 0 });
  const result: Tensor = recordOne({
    op: name,
    inputs,
    shape,
    dtype: output.dtype,
    lower: (out) => [custom(name, shader, declarations, inputs, out, params, workgroups, flops)],
    ...(vjp ? { vjp: ([g]) => checkedGradients(name, vjp(g!, result, ...inputs), inputs) } : {}),
  });
  return result;
}

function checkInputs(op: string, declared: readonly ArrayDeclaration[], inputs: readonly Tensor[]): void {
  if (inputs.length !== declared.length) {
    const names = declared.map(({ name }) => name).join(", ");
    throw new UsageError(
      `${op}: got ${inputs.length} inputs, but its kernel has ${declared.length} (${names}); give those`,
    );
  }
  declared.forEach((declaration, k) => {
    const input = inputs[k]!;
    checkTensor(op, input, declaration.name);
    if (input.dtype !== declaration.dtype) {
      throw new DTypeError(
        `${op}: ${declaration.name} is ${declaration.dtype} in the kernel, but got ${input}; convert it with cast`,
      );
    }
    checkLanes(op, declaration, input.shape);
  });
}

/** Throws ShapeError unless an array's elements make whole vectors. */
function checkLanes(op: string, { name, lanes }: ArrayDeclaration, shape: Shape): void {
  if (shape.reduce((all, n) => all * n, 1) % lanes === 0) return;
  throw new ShapeError(
    `${op}: ${name} is an array of vec${lanes} in the kernel, but [${shape.join(", ")}] has no multiple of ${lanes} elements; ` +
      "pad it or write a kernel of scalars",
  );
}

const LIMITS = { u32: [0, 2 ** 32 - 1], i32: [-(2 ** 31), 2 ** 31 - 1] } as const;

/** The uniform's values in the order of its fields. */
function paramsOf(
  op: CustomOp,
  { params: fields = [] }: Declarations,
  shape: Shape,
  shapes: readonly Shape[],
): number[] {
  if (!op.params) return [];
  const values = op.params(shape, ...shapes);
  checkOptions(
    op.name,
    values,
    fields.map(({ name }) => name),
    "params",
  );
  return fields.map(({ name, type }) => {
    const value = values[name]!;
    if (type === "f32") checkNumber(op.name, `params.${name}`, value);
    else checkWhole(op.name, `params.${name}`, value, LIMITS[type][0], LIMITS[type][1]);
    return value;
  });
}

function workgroupsOf(
  op: CustomOp,
  declarations: Declarations,
  shape: Shape,
  shapes: readonly Shape[],
): number | readonly [number, number, number] {
  const workgroups = op.workgroups?.(shape, ...shapes) ?? workgroupsFor(declarations, shape);
  if (typeof workgroups !== "number") {
    checkArray(op.name, "workgroups", workgroups);
    if (workgroups.length !== 3) {
      throw new UsageError(`${op.name}: workgroups are ${shown(workgroups)}, but must be a number or [x, y, z]`);
    }
    for (const count of workgroups) checkWhole(op.name, "workgroups", count, 0, MAX_WORKGROUPS);
    return workgroups;
  }
  checkWhole(op.name, "workgroups", workgroups, 0);
  if (fitsGrid(declarations, workgroups)) return workgroups;
  throw new ShapeError(
    `${op.name}: [${shape.join(", ")}] needs ${workgroups} workgroups, over ${MAX_WORKGROUPS} along x; have the kernel compute ` +
      "its place as workgroup_id.y * num_workgroups.x + workgroup_id.x",
  );
}

function checkedGradients(
  op: string,
  gradients: readonly (Tensor | undefined)[],
  inputs: readonly Tensor[],
): (Tensor | undefined)[] {
  checkArray(op, "what vjp returns", gradients);
  if (gradients.length !== inputs.length) {
    throw new UsageError(
      `${op}: vjp gave ${gradients.length} gradients for ${inputs.length} inputs; give one each, undefined for none`,
    );
  }
  return gradients.map((gradient, k) => {
    if (gradient === undefined) return undefined;
    const input = inputs[k]!;
    if (!(gradient instanceof Tensor)) {
      throw new DTypeError(
        `${op}: the gradient of input ${k} is ${shown(gradient)}, but must be a tensor or undefined`,
      );
    }
    if (gradient.dtype !== "f32" || gradient.shape.join() !== input.shape.join()) {
      throw new ShapeError(
        `${op}: the gradient of input ${k} is ${gradient}, but the input is ${input}; both need one shape`,
      );
    }
    return gradient;
  });
}
