import { type DType, grid, type Launch, sizeOf, u32Params, type View } from "../../gpu/launch.ts";
import { specialize } from "../../gpu/specialize.ts";
import advanceSource from "./advance.wgsl";
import assignSource from "./assign.wgsl";
import logScalarsSource from "./log_scalars.wgsl";

const WORKGROUP = 64;
/** Scalars that one dispatch logs: WebGPU promises eight storage bindings, two are the clock and the log. */
const SCALARS_PER_DISPATCH = 6;

const VECTOR: Record<DType, string> = { f32: "vec4<f32>", i32: "vec4<i32>", u32: "vec4<u32>" };

/** Launches destination = source, or destination += source where `add`; equal shapes and types, any of the three. */
export function launchAssign(destination: View, source: View, add: boolean): Launch {
  const size = sizeOf(destination.shape);
  const count = Math.ceil(size / 4);
  return {
    kernel: "assign",
    variant: add ? `add ${source.dtype}` : "copy",
    shader: specialize(assignSource, { WORKGROUP, ADD: add, T: VECTOR[add ? source.dtype : "u32"] }),
    params: u32Params(count),
    bindings: [
      { view: source, access: "read" },
      { view: destination, access: add ? "update" : "write" },
    ],
    workgroups: grid(Math.ceil(count / WORKGROUP)),
    flops: add ? size : 0,
  };
}

/** Launches clock += 1 for a u32 [2] counter. */
export function launchAdvance(clock: View): Launch {
  return {
    kernel: "advance",
    variant: "64 bits",
    shader: advanceSource,
    bindings: [{ view: clock, access: "update" }],
    workgroups: [1, 1, 1],
    flops: 0,
  };
}

/** Launches the writing of one-element f32 views into row (clock low word % rows) of `log` [rows, columns]. */
export function launchLogScalars(log: View, clock: View, scalars: readonly View[]): Launch[] {
  const [rows = 1, columns = 1] = log.shape;
  const launches: Launch[] = [];
  for (let first = 0; first < scalars.length; first += SCALARS_PER_DISPATCH) {
    const part = scalars.slice(first, first + SCALARS_PER_DISPATCH);
    const bindings = [
      "@group(0) @binding(1) var<storage, read> clock: array<u32>;",
      "@group(0) @binding(2) var<storage, read_write> log: array<f32>;",
      ...part.map((_, k) => `@group(0) @binding(${k + 3}) var<storage, read> scalar${k}: array<f32>;`),
    ];
    const writes = part.map((_, k) => `  log[at + ${k}u] = scalar${k}[0];`);
    launches.push({
      kernel: "logScalars",
      variant: `${part.length} scalars`,
      shader: specialize(logScalarsSource, {}, { bindings, writes }),
      params: u32Params(rows, columns, first),
      bindings: [
        { view: clock, access: "read" },
        { view: log, access: "update" },
        ...part.map((view) => ({ view, access: "read" as const })),
      ],
      workgroups: [1, 1, 1],
      flops: 0,
    });
  }
  return launches;
}
