import {
  type Binding,
  type Capabilities,
  type Choice,
  chosenVariant,
  FULL_GPU,
  grid,
  type Launch,
  likeView,
  scratch,
  u32Params,
  type View,
} from "../../gpu/launch.ts";
import { specialize } from "../../gpu/specialize.ts";
import { epilogueBindings, nameWith, withEpilogueFunctions, withEpilogueWords } from "../epilogue.ts";
import { laneConstants } from "../lanes.ts";
import { reduce } from "../reduce/reduce.ts";
import naive from "./naive.wgsl";
import { finishParts, formOf, type MatmulCall, subgroupConstants, subgroupOperands } from "./parts.ts";
import registers from "./registers.wgsl";
import shared from "./shared.wgsl";
import subgroup from "./subgroup.wgsl";
import tiled from "./tiled.wgsl";

export type { MatmulCall } from "./parts.ts";

/** Rungs of the ladder, slowest first. */
export const MATMUL_VARIANTS = [
  "naive",
  "shared 16",
  "registers 4",
  "tiled 32",
  "tiled 64",
  "tiled 128",
  "subgroup 16",
  "subgroup 32",
] as const;
export type MatmulVariant = (typeof MATMUL_VARIANTS)[number];

const NAIVE_WORKGROUP = 64;
/** Invocations along each side of a tile for GPUs, vectors of four rows and columns that each makes, and K per piece. */
const TILED = {
  "tiled 32": { SIDE: 8, FOURS: 1, DEPTH: 16 },
  "tiled 64": { SIDE: 16, FOURS: 1, DEPTH: 16 },
  "tiled 128": { SIDE: 16, FOURS: 2, DEPTH: 8 },
} as const;
type TiledVariant = keyof typeof TILED;

/** Workgroups up to which a long K is split, and the least K of a part. */
const FEW_WORKGROUPS = { software: 8, gpu: 2 * FULL_GPU } as const;
const LEAST_PART = 256;

/** Whether a variant runs on an adapter at all. */
export function supportsMatmul(variant: MatmulVariant, { subgroupSize }: Capabilities): boolean {
  return !variant.startsWith("subgroup") || [4, 8, 16].includes(subgroupSize);
}

/** Rungs that show one idea each; the tuner does not choose them. */
const STEPS = {
  "shared 16": { source: shared, side: 16, blocksPerWorkgroup: 1 },
  "registers 4": { source: registers, side: 4, blocksPerWorkgroup: 64 },
} as const;
type StepVariant = keyof typeof STEPS;

function isTiled(variant: MatmulVariant): variant is TiledVariant {
  return variant in TILED;
}

function isStep(variant: MatmulVariant): variant is StepVariant {
  return variant in STEPS;
}

/** Rows or columns below which most of a tile for GPUs would lie empty, and the longest sum that one invocation may take alone there. */
const NARROW = 4;
const LONGEST_ALONE = 4096;
/** Below so many operations, the kernel that a CPU driver compiles soonest is best: it does them in half a millisecond. */
const LITTLE_FLOPS = 5e5;

/** Variants worth measuring on an adapter, first the one to take without. */
function candidates(call: MatmulCall, capabilities: Capabilities): MatmulVariant[] {
  if (!capabilities.software) {
    if (Math.min(call.m, call.n) < NARROW && call.k <= LONGEST_ALONE)
      return ["naive", "tiled 32", "tiled 64", "tiled 128"];
    // Large tiles load less, small ones fill the chip where there is little work. Those of 64 may do so with K in parts.
    const fills = (variant: TiledVariant, wholeK: boolean) =>
      cutOf(variant, { ...call, wholeK: wholeK || staysWhole(call) }, capabilities).workgroups >= FULL_GPU;
    const usual = fills("tiled 128", true) ? "tiled 128" : fills("tiled 64", false) ? "tiled 64" : "tiled 32";
    const others = (["tiled 32", "tiled 64", "tiled 128"] as const).filter((variant) => variant !== usual);
    return [usual, ...others];
  }
  if (!supportsMatmul("subgroup 16", capabilities)) return ["naive"];
  // On lavapipe, 32 rows are faster by a fifth where there are many of them, and take a third longer to compile.
  const ladder = ["subgroup 16", "subgroup 32"] as const;
  const little = 2 * call.m * call.n * call.k * call.batches < LITTLE_FLOPS;
  return little ? ["naive", ...ladder] : [...ladder];
}

function choose(a: View, b: View, c: View, call: MatmulCall, capabilities: Capabilities): MatmulVariant {
  const { m, n, k, batches, transposeA, transposeB, sharedA, sharedB, columns } = call;
  const letter = (transposed: boolean, shared: boolean) => `${transposed ? "T" : "N"}${shared ? "" : "b"}`;
  const storage = `${letter(transposeA, sharedA)}${letter(transposeB, sharedB)}`;
  const wide = columns ? ` of ${columns.width}` : "";
  const plain: MatmulCall = { ...call, bias: undefined, epilogue: undefined, wholeK: staysWhole(call) };
  const variants = candidates(plain, capabilities);
  // Without a finish some variants would cut K: what is measured of those says nothing of this product.
  const cuts = (variant: MatmulVariant) =>
    variant !== "naive" && !isStep(variant) && cutOf(variant, { ...plain, wholeK: false }, capabilities).splits > 1;
  const differs = plain.wholeK && variants.some(cuts);
  const [plainA, plainB, plainC] = [a, b, c].map(likeView) as [View, View, View];
  const choice: Choice = {
    key: `matmul ${batches === 1 ? "" : `${batches}x `}${m}x${n}${wide}x${k} ${storage}${differs ? ", K whole" : ""}`,
    variants,
    reference: "naive",
    flops: 2 * m * n * k * batches,
    launches: (variant) => matmul(plainA, plainB, plainC, plain, capabilities, variant as MatmulVariant),
  };
  return chosenVariant(choice, capabilities) as MatmulVariant;
}

/** Whether K must not be cut: what is computed of the result needs all of a sum. */
function staysWhole({ bias, epilogue, wholeK = false }: MatmulCall): boolean {
  return wholeK || bias !== undefined || epilogue !== undefined;
}

/** How a variant cuts a product: into tiles of the result, and a long K into parts where those are too few. */
interface Cut {
  readonly tileM: number;
  readonly tileN: number;
  readonly tilesM: number;
  readonly tilesN: number;
  readonly splits: number;
  /** K of a part. */
  readonly part: number;
  readonly workgroups: number;
}

function cutOf(
  variant: Exclude<MatmulVariant, "naive" | StepVariant>,
  call: MatmulCall,
  capabilities: Capabilities,
): Cut {
  const { m, n, k, batches } = call;
  const size = Number(variant.split(" ")[1]);
  const [tileM, tileN] = variant.startsWith("tiled") ? [size, size] : [size, capabilities.subgroupSize * 4];
  const tilesM = Math.ceil(m / tileM);
  const tilesN = Math.ceil(n / tileN);
  const tiles = tilesM * tilesN * batches;
  const { splits, part } = staysWhole(call) ? { splits: 1, part: k } : splitK(k, tiles, capabilities);
  return { tileM, tileN, tilesM, tilesN, splits, part, workgroups: tiles * splits };
}

/** Launches C = finish(A · B). `a`, `b` and `c` hold the elements in the order that `call` says. */
export function matmul(
  a: View,
  b: View,
  c: View,
  call: MatmulCall,
  capabilities: Capabilities,
  variant: MatmulVariant = choose(a, b, c, call, capabilities),
): Launch[] {
  const { m, n, k, batches } = call;
  if (m * n * batches === 0) return [];
  const flops = 2 * m * n * k * batches;
  const strides = call.transposeA ? [1, m] : [k, 1];
  const bRow = call.columns?.width ?? n;
  strides.push(...(call.transposeB ? [1, k] : [bRow, 1]));
  const batchSteps = [call.sharedA ? 0 : m * k, call.sharedB ? 0 : k * bRow];
  const bStart = call.columns?.first ?? 0;
  if (variant === "naive") {
    return [
      {
        kernel: nameWith("matmul", call.epilogue),
        variant,
        shader: withEpilogueFunctions(
          specialize(naive, { WORKGROUP: NAIVE_WORKGROUP }, finishParts(call, "f32", 1)),
          call.epilogue,
          "scalar",
        ),
        params: withEpilogueWords(u32Params(m, n, k, ...strides, ...batchSteps, bStart, batches), call.epilogue),
        bindings: bindingsOf(a, b, c, call),
        workgroups: grid(Math.ceil((m * n * batches) / NAIVE_WORKGROUP)),
        flops,
        joins: "products",
      },
    ];
  }
  if (isStep(variant)) {
    const { source, side, blocksPerWorkgroup } = STEPS[variant];
    const [tilesM, tilesN] = [Math.ceil(m / side), Math.ceil(n / side)];
    return [
      {
        kernel: nameWith("matmul", call.epilogue),
        variant,
        shader: withEpilogueFunctions(specialize(source, {}, finishParts(call, "f32", 1)), call.epilogue, "scalar"),
        params: withEpilogueWords(
          u32Params(m, n, k, tilesM, tilesN, ...strides, ...batchSteps, bStart, batches),
          call.epilogue,
        ),
        bindings: bindingsOf(a, b, c, call),
        workgroups: grid(Math.ceil((tilesM * tilesN * batches) / blocksPerWorkgroup)),
        flops,
        joins: "products",
      },
    ];
  }
  const lanes = capabilities.subgroupSize;
  const { tileM, tileN, tilesM, tilesN, splits, part, workgroups } = cutOf(variant, call, capabilities);
  const perLane = tileM / lanes;
  const partial = splits > 1 ? scratch([batches, splits, m * n], "f32", "matmul parts") : undefined;
  const common = {
    kernel: nameWith("matmul", call.epilogue),
    bindings: bindingsOf(a, b, partial ?? c, call),
    workgroups: grid(workgroups),
    flops,
    joins: "products" as const,
  };
  const launch: Launch = isTiled(variant)
    ? {
        ...common,
        variant: `tiled ${tileM}x${tileN}`,
        shader: withEpilogueFunctions(
          specialize(tiled, TILED[variant], finishParts(call, "f32", 1)),
          call.epilogue,
          "scalar",
        ),
        params: withEpilogueWords(
          u32Params(
            m,
            n,
            k,
            tilesM,
            tilesN,
            ...strides,
            ...batchSteps,
            bStart,
            splits,
            part,
            batches * splits,
            4,
            TILED[variant].DEPTH,
          ),
          call.epilogue,
        ),
      }
    : {
        ...common,
        variant: `subgroup ${tileM}x${tileN}`,
        shader: withEpilogueFunctions(
          specialize(
            subgroup,
            { ...laneConstants(lanes), ROWS_PER_LANE: perLane, ...subgroupConstants(call, perLane) },
            { ...finishParts(call, "vec4<f32>", n % 4 === 0 ? 4 : 1, perLane), ...subgroupOperands(call, perLane) },
          ),
          call.epilogue,
          formOf(call, "vec4<f32>"),
        ),
        params: withEpilogueWords(
          u32Params(m, n, k, tilesM, tilesN, ...batchSteps, bRow, bStart, splits, part, batches * splits, tileM),
          call.epilogue,
        ),
      };
  if (!partial) return [launch];
  return [launch, ...reduce("sum", partial, [1], { ...c, shape: [batches, 1, m * n] }, capabilities)];
}

/** Cuts a long K into parts (multiples of four) when there are too few tiles to fill the adapter. */
function splitK(k: number, tiles: number, { software }: Capabilities): { splits: number; part: number } {
  const few = software ? FEW_WORKGROUPS.software : FEW_WORKGROUPS.gpu;
  const splits = Math.max(1, Math.min(Math.floor(few / tiles), Math.floor(k / LEAST_PART)));
  const part = Math.max(4, Math.ceil(k / splits / 4) * 4);
  return { splits: Math.max(1, Math.ceil(k / part)), part };
}

function bindingsOf(a: View, b: View, c: View, { bias, epilogue }: MatmulCall): Binding[] {
  const bindings: Binding[] = [
    { view: a, access: "read" },
    { view: b, access: "read" },
    { view: c, access: "write" },
  ];
  if (bias) bindings.push({ view: bias, access: "read" });
  return [...bindings, ...epilogueBindings(epilogue)];
}
