import { grid, type Launch, type ShaderSource, sizeOf, type View } from "../../gpu/launch.ts";
import { specialize } from "../../gpu/specialize.ts";
import type { Form, RuleExtras } from "../elementwise/expression.ts";
import { withFunctions } from "../with_functions.ts";
import dropoutSource from "./dropout.wgsl";
import integersSource from "./integers.wgsl";
import { NORMAL_TABLE_WORDS, normalTable } from "./normal.ts";
import normalSource from "./normal.wgsl";
import { splitUint64 } from "./philox.ts";
import philoxSource from "./philox.wgsl";
import randomSource from "./random.wgsl";
import uniformSource from "./uniform.wgsl";

const WORKGROUP = 64;
/** Words of `Params` before the table, which WGSL aligns to 16 bytes. */
const HEADER_WORDS = 8;

/** Which random numbers: a seed, a stream of it, and the 64-bit step counter that moves on between steps. */
export interface RandomPlace {
  readonly seed: number;
  readonly stream: number;
  /** u32 [2]: low and high word. */
  readonly clock: View;
}

function launchRandom(
  variant: string,
  shader: ShaderSource,
  out: View,
  { seed, stream, clock }: RandomPlace,
  below: number,
  table: Uint32Array,
): Launch {
  const blocks = Math.ceil(sizeOf(out.shape) / 4);
  const params = new Uint32Array(HEADER_WORDS + table.length);
  params.set([blocks, stream, ...splitUint64(seed), below]);
  params.set(table, HEADER_WORDS);
  return {
    kernel: "random",
    variant,
    shader,
    params: params.buffer,
    bindings: [
      { view: clock, access: "read" },
      { view: out, access: "write" },
    ],
    workgroups: grid(Math.ceil(blocks / WORKGROUP)),
    flops: 0,
  };
}

const NO_TABLE = new Uint32Array(4);

function shaderOf(conversion: ShaderSource, tableWords = 4): ShaderSource {
  return withFunctions(specialize(randomSource, { WORKGROUP, TABLE: tableWords / 4 }), conversion, philoxSource);
}

/** Fills `out` (f32) with numbers uniform in [0, 1): the same bits as philox.ts's `uniform`. */
export function launchUniform(out: View, place: RandomPlace): Launch {
  return launchRandom("uniform", shaderOf(uniformSource), out, place, 0, NO_TABLE);
}

/** Fills `out` (f32) with standard normal numbers: the same bits as philox.ts's `normal`. */
export function launchNormal(out: View, place: RandomPlace): Launch {
  return launchRandom("normal", shaderOf(normalSource, NORMAL_TABLE_WORDS), out, place, 0, normalTable());
}

/** Fills `out` (u32) with integers of 0..below-1 (below up to 2^32): the same bits as philox.ts's `integers`. */
export function launchIntegers(out: View, below: number, place: RandomPlace): Launch {
  return launchRandom("integers", shaderOf(integersSource), out, place, below >>> 0, NO_TABLE);
}

const KEPT: Readonly<Record<Form, readonly string[]>> = {
  scalar: ["bool {", "  return kept_of_block(at / 4u, place, low, high)[at % 4u];"],
  vector: ["vec4<bool> {", "  return kept_of_block(at / 4u, place, low, high);"],
  unaligned: [
    "vec4<bool> {",
    "  let first = kept_of_block(at / 4u, place, low, high);",
    "  let second = kept_of_block(at / 4u + 1u, place, low, high);",
    "  let i = at % 4u;",
    "  return vec4<bool>(first[i], select(second[(i + 1u) % 4u], first[(i + 1u) % 4u], i < 3u),",
    "                    select(second[(i + 2u) % 4u], first[(i + 2u) % 4u], i < 2u),",
    "                    select(second[(i + 3u) % 4u], first[(i + 3u) % 4u], i < 1u));",
  ],
};

const keptFunctions = (form: Form): ShaderSource => {
  const [head, ...body] = KEPT[form];
  const lines = [`fn kept(at: u32, place: vec4<u32>, low: u32, high: u32) -> ${head}`, ...body, "}"];
  return withFunctions(specialize(dropoutSource, {}, { kept: lines }), philoxSource);
};

/** What the rule of dropout needs besides its input: the clock (argument 1), and where its random numbers are. */
export function dropoutExtras(p: number, { seed, stream }: Omit<RandomPlace, "clock">): RuleExtras {
  const [low, high] = splitUint64(seed);
  return { whole: [1], words: [stream, low, high, Math.ceil(p * 2 ** 24)], functions: keptFunctions };
}

/** WGSL of dropout: x * (1 / (1 - p) where uniform number `at` is at least p, else 0). A product, so that NaN shows wherever it arises. */
export function dropoutRule(p: number): (x: string, clock: string, at: string, words: string) => string {
  const scale = Math.fround(1 / (1 - p));
  return (x, clock, at, words) =>
    `(${x} * select(T(0.0), T(${scale}), kept(${at}, ${words}, ${clock}[0], ${clock}[1])))`;
}
