import {
  type Binding,
  type Capabilities,
  type Choice,
  chosenVariant,
  grid,
  type Launch,
  likeView,
  scratch,
  u32Params,
  type View,
} from "../../gpu/launch.ts";
import { specialize } from "../../gpu/specialize.ts";
import { epilogueBindings, nameWith, withEpilogueFunctions, withEpilogueWords } from "../epilogue.ts";
import { reduce } from "../reduce/reduce.ts";
import naive from "./naive.wgsl";
import { finishParts, formOf, type MatmulCall, subgroupOperands } from "./parts.ts";
import subgroup from "./subgroup.wgsl";
import tiled from "./tiled.wgsl";

export type { MatmulCall } from "./parts.ts";

/** Rungs of the ladder, slowest first. */
export const MATMUL_VARIANTS = ["naive", "tiled 32", "tiled 64", "subgroup 16", "subgroup 32"] as const;
export type MatmulVariant = (typeof MATMUL_VARIANTS)[number];

const NAIVE_WORKGROUP = 64;
const EACH = 4;
const DEPTH = 16;

/** Workgroups below which a long K is split, and the least K of a part. */
const FEW_WORKGROUPS = { software: 8, gpu: 128 } as const;
const LEAST_PART = 256;

/** Whether a variant runs on an adapter at all. */
export function supportsMatmul(variant: MatmulVariant, { subgroupSize }: Capabilities): boolean {
  return !variant.startsWith("subgroup") || subgroupSize === 8 || subgroupSize === 16;
}

/** Variants worth measuring on an adapter, first the one to take without. */
function candidates(capabilities: Capabilities): MatmulVariant[] {
  if (!capabilities.software) return ["tiled 64", "tiled 32"];
  // On lavapipe, 32 rows are faster by a seventh where there are many of them, and take twice as long to compile.
  return supportsMatmul("subgroup 16", capabilities) ? ["subgroup 16", "subgroup 32"] : ["naive"];
}

function choose(a: View, b: View, c: View, call: MatmulCall, capabilities: Capabilities): MatmulVariant {
  const { m, n, k, batches, transposeA, transposeB, sharedA, sharedB, columns } = call;
  const letter = (transposed: boolean, shared: boolean) => `${transposed ? "T" : "N"}${shared ? "" : "b"}`;
  const storage = `${letter(transposeA, sharedA)}${letter(transposeB, sharedB)}`;
  const wide = columns ? ` of ${columns.width}` : "";
  const plain: MatmulCall = { ...call, bias: undefined, epilogue: undefined };
  const [plainA, plainB, plainC] = [a, b, c].map(likeView) as [View, View, View];
  const choice: Choice = {
    key: `matmul ${batches === 1 ? "" : `${batches}x `}${m}x${n}${wide}x${k} ${storage}`,
    variants: candidates(capabilities),
    flops: 2 * m * n * k * batches,
    launches: (variant) => matmul(plainA, plainB, plainC, plain, capabilities, variant as MatmulVariant),
  };
  return chosenVariant(choice, capabilities) as MatmulVariant;
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
        product: "joins",
      },
    ];
  }
  const lanes = capabilities.subgroupSize;
  const [rung, sizeText] = variant.split(" ") as ["tiled" | "subgroup", string];
  const size = Number(sizeText);
  const [tileM, tileN] = rung === "tiled" ? [size, size] : [size, lanes * 4];
  const tilesM = Math.ceil(m / tileM);
  const tilesN = Math.ceil(n / tileN);
  const tiles = tilesM * tilesN * batches;
  const { splits, part } = call.bias || call.epilogue ? { splits: 1, part: k } : splitK(k, tiles, capabilities);
  const partial = splits > 1 ? scratch([batches, splits, m * n], "f32", "matmul parts") : undefined;
  const common = {
    kernel: nameWith("matmul", call.epilogue),
    bindings: bindingsOf(a, b, partial ?? c, call),
    workgroups: grid(tiles * splits),
    flops,
    product: "joins" as const,
  };
  const launch: Launch =
    rung === "tiled"
      ? {
          ...common,
          variant: `tiled ${size}x${size}`,
          shader: withEpilogueFunctions(
            specialize(tiled, { SIDE: size / EACH, EACH, DEPTH }, finishParts(call, "f32", 1)),
            call.epilogue,
            "scalar",
          ),
          params: withEpilogueWords(
            u32Params(m, n, k, tilesM, tilesN, ...strides, ...batchSteps, bStart, splits, part, batches * splits),
            call.epilogue,
          ),
        }
      : {
          ...common,
          variant: `subgroup ${tileM}x${tileN}`,
          shader: withEpilogueFunctions(
            specialize(
              subgroup,
              { LANES: lanes, ROWS_PER_LANE: tileM / lanes },
              { ...finishParts(call, "vec4<f32>", n % 4 === 0 ? 4 : 1), ...subgroupOperands(call) },
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
