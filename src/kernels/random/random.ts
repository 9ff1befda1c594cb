import { grid, type Launch, packParams, type ShaderSource, sizeOf, type View } from "../../gpu/launch.ts";
import { specialize } from "../../gpu/specialize.ts";
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

/** Launches y = x / (1 - p) where `uniform` of the same place is at least p, else 0. */
export function launchDropout(x: View, p: number, place: RandomPlace, y: View): Launch {
  const blocks = Math.ceil(sizeOf(y.shape) / 4);
  const [low, high] = splitUint64(place.seed);
  return {
    kernel: "dropout",
    variant: "vec4",
    shader: withFunctions(specialize(dropoutSource, { WORKGROUP }), philoxSource),
    params: packParams([
      ["u32", blocks],
      ["u32", place.stream],
      ["u32", low],
      ["u32", high],
      ["u32", Math.ceil(p * 2 ** 24)],
      ["f32", 1 / (1 - p)],
    ]),
    bindings: [
      { view: place.clock, access: "read" },
      { view: x, access: "read" },
      { view: y, access: "write" },
    ],
    workgroups: grid(Math.ceil(blocks / WORKGROUP)),
    flops: sizeOf(y.shape),
  };
}
