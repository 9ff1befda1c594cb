import type { Binding, ShaderSource, View } from "../gpu/launch.ts";
import { type Form, type FusedExpression, withExpression } from "./elementwise/expression.ts";

/** An expression that a product computes of its result before it stores it. */
export interface Epilogue {
  /** Its other inputs have the result's elements in the result's order, or are read whole; all are f32 unless whole. */
  readonly expression: FusedExpression;
  /** Which input is the product's own result. */
  readonly value: number;
}

/** WGSL of an epilogue within a product's kernel. */
export interface EpilogueText {
  /** Declarations of the other inputs, from the given binding on. */
  readonly bindings: readonly string[];
  /** `fn epilogue(value: T, at: u32) -> T`, `at` being the index of the first element of T in the result. */
  readonly lines: readonly string[];
  /** Field of `Params` behind all others, where there are uniforms. */
  readonly field: readonly string[];
}

const NONE: EpilogueText = {
  bindings: [],
  lines: ["fn epilogue(value: T, at: u32) -> T {", "  return value;", "}"],
  field: [],
};

/** Writes an epilogue (or none) for a kernel whose T has that form, its bindings counted from `binding`. */
export function epilogueText(epilogue: Epilogue | undefined, form: Form, binding: number): EpilogueText {
  if (!epilogue) return NONE;
  const { expression, value } = epilogue;
  const bindings: string[] = [];
  const loads: string[] = [];
  expression.inputs.forEach((input, k) => {
    if (k === value) {
      loads.push(`  let x${k} = value;`);
      return;
    }
    const whole = expression.whole?.has(k) ?? false;
    const element = whole ? input.dtype : form === "vector" ? "vec4<f32>" : "f32";
    bindings.push(`@group(0) @binding(${binding + bindings.length}) var<storage, read> in${k}: array<${element}>;`);
    if (!whole) loads.push(`  let x${k} = ${load(`in${k}`, form)};`);
  });
  return {
    bindings,
    lines: [
      "fn epilogue(value: T, at: u32) -> T {",
      ...loads,
      ...expression.lines.map((line) => `  ${line}`),
      `  return ${expression.result};`,
      "}",
    ],
    field: expression.words?.length
      ? [`  words: array<vec4<u32>, ${expression.words.length}>,  // of the epilogue`]
      : [],
  };
}

function load(name: string, form: Form): string {
  if (form === "scalar") return `${name}[at]`;
  if (form === "vector") return `${name}[at / 4u]`;
  const last = `arrayLength(&${name}) - 1u`;
  const rest = [1, 2, 3].map((j) => `${name}[min(at + ${j}u, ${last})]`);
  return `vec4<f32>(${name}[at], ${rest.join(", ")})`;
}

/** The bindings that {@link epilogueText} declares. */
export function epilogueBindings(epilogue: Epilogue | undefined): Binding[] {
  if (!epilogue) return [];
  const others = epilogue.expression.inputs.filter((_, k) => k !== epilogue.value);
  return others.map((view: View) => ({ view, access: "read" }));
}

/** Params with the epilogue's uniforms behind them. */
export function withEpilogueWords(params: ArrayBuffer, epilogue: Epilogue | undefined): ArrayBuffer {
  const words = epilogue?.expression.words ?? [];
  if (words.length === 0) return params;
  const result = new Uint32Array(params.byteLength / 4 + words.length * 4);
  result.set(new Uint32Array(params));
  result.set(words.flat(), params.byteLength / 4);
  return result.buffer;
}

/** The kernel with the functions that the epilogue calls. */
export function withEpilogueFunctions(shader: ShaderSource, epilogue: Epilogue | undefined, form: Form): ShaderSource {
  return epilogue ? withExpression(shader, epilogue.expression, form) : shader;
}

/** How plans call a product with its epilogue. */
export function nameWith(kernel: string, epilogue: Epilogue | undefined): string {
  return [kernel, ...(epilogue?.expression.ops ?? [])].join(" ");
}
