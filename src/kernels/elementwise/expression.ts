import type { ShaderSource, View } from "../../gpu/launch.ts";
import { withFunctions } from "../with_functions.ts";
import functions from "./functions.wgsl";

/** What T is in a kernel that an expression runs in: one f32, four neighbours from a multiple of four on, or four from anywhere on. */
export type Form = "scalar" | "vector" | "unaligned";

/** What a rule needs besides its arguments of type T. */
export interface RuleExtras {
  /** Inputs that the rule reads itself: their arguments are the names of arrays. */
  readonly whole: readonly number[];
  /** Four u32 that the rule gets as a uniform, so that their values make no other kernel. */
  readonly words: readonly [number, number, number, number];
  /** Functions that it calls, for each form of T. */
  readonly functions: (form: Form) => ShaderSource;
}

/** An expression over inputs named x0, x1, ...: lines of WGSL and the name or expression of the result, all of type T. */
export interface FusedExpression {
  readonly inputs: readonly View[];
  /** Inputs that rules read themselves, by the name in0, in1, ...; of any shape. */
  readonly whole?: ReadonlySet<number>;
  readonly lines: readonly string[];
  readonly result: string;
  /** Names of the fused ops, in order. */
  readonly ops: readonly string[];
  /** Uniforms `params.words[0]`, ...; the expression knows the index of T's first element as `at`. */
  readonly words?: readonly (readonly number[])[];
  readonly functions?: readonly RuleExtras["functions"][];
}

/** A kernel's text with the functions that an expression in it calls. */
export function withExpression(shader: ShaderSource, expression: FusedExpression, form: Form): ShaderSource {
  const text = [...expression.lines, expression.result].join("\n");
  const common = /\b(is_nan|is_zero|is_negative|of_bits|power)\(/.test(text) ? [functions] : [];
  const own = [...new Set(expression.functions ?? [])].map((make) => make(form));
  return withFunctions(shader, ...common, ...own);
}
