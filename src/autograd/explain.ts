import { type Launch, launchBytes, type Storage } from "../gpu/launch.ts";
import { type Dispatch, overlap } from "./bundle.ts";
import type { PlannedLaunch } from "./gather_parts.ts";
import type { MemoryPlan } from "./memory.ts";
import type { Variable } from "./tensor.ts";

/** One binding of a part. */
export interface BindingRow {
  /** A variable's name, or the number of a shared slot. */
  readonly buffer: string;
  readonly access: "read" | "write" | "update";
  readonly shape: readonly number[];
  readonly dtype: string;
}

/** A kernel and what one launch of it costs. */
interface LaunchRow {
  readonly kernel: string;
  readonly variant: string;
  readonly file: string;
  readonly workgroups: readonly [number, number, number];
  readonly flops: number;
  readonly bytes: number;
}

/** What one dispatch does for one recorded op. */
export interface PartRow extends LaunchRow {
  /** Where the op was recorded, such as "cnn.layers.3"; empty where nothing was said. */
  readonly scope: string;
  /** True for what computes gradients. */
  readonly backward: boolean;
  readonly bindings: readonly BindingRow[];
  /** Parts of this step that made what it reads, counted through all dispatches. */
  readonly needs: readonly number[];
}

/** One row of {@link Step.explain}. */
export interface DispatchRow extends LaunchRow {
  /** The recorded op that it serves. */
  readonly op: string;
  /** Shapes of the bindings in order; the written ones are marked by "->". */
  readonly shapes: readonly string[];
  /** Buffers in binding order: a variable's name, or the number of a shared slot. */
  readonly buffers: readonly string[];
  /** What was joined in it; one part for most dispatches. */
  readonly parts: readonly PartRow[];
}

/** What a compiled step does, as data. */
export interface Explanation {
  readonly adapter: string;
  readonly dispatches: readonly DispatchRow[];
  readonly flops: number;
  /** Bytes of the step's own buffers after sharing, and what they would be without. */
  readonly peakBytes: number;
  readonly unsharedBytes: number;
  /** Bytes of the variables that the step reads or writes. */
  readonly variableBytes: number;
}

/** The plan of a step as data; `Step.explain` calls it. */
export function explainPlan(
  adapter: string,
  dispatches: readonly Dispatch[],
  memory: MemoryPlan,
  variables: ReadonlySet<Variable>,
): Explanation {
  const names = new Map([...variables].map(({ storage, name }) => [storage, name]));
  const roots = new Set([...variables].map(({ storage }) => storage.root));
  const nameOf = (storage: Storage) =>
    names.get(storage) ?? (roots.has(storage.root) ? storage.root.label : `slot ${memory.slotOf.get(storage.root)}`);
  const writers = new Writers();
  const rows = dispatches.map(({ launch, parts }) => ({
    ...launchRow(launch),
    op: parts.map(({ node }) => node.op).join(" + "),
    shapes: launch.bindings.map(({ view, access }) => `${access === "read" ? "" : "-> "}[${view.shape.join(", ")}]`),
    buffers: launch.bindings.map(({ view }) => nameOf(view.storage)),
    parts: parts.map((part) => ({ ...partRow(part, nameOf), needs: writers.add(part) })),
  }));
  return {
    adapter,
    dispatches: rows,
    flops: rows.reduce((total, row) => total + row.flops, 0),
    peakBytes: memory.slotBytes.reduce((total, bytes) => total + bytes, 0),
    unsharedBytes: memory.unsharedBytes,
    variableBytes: [...variables].reduce((total, variable) => total + variable.storage.sizeBytes, 0),
  };
}

function launchRow(launch: Launch): LaunchRow {
  const { kernel, variant, shader, workgroups, flops } = launch;
  return { kernel, variant, file: shader.file, workgroups, flops, bytes: launchBytes(launch) };
}

function partRow({ launch, node, product }: PlannedLaunch, nameOf: (storage: Storage) => string) {
  const { scope, backward } = product ?? node;
  return {
    ...launchRow(launch),
    scope,
    backward,
    bindings: launch.bindings.map(({ view, access }) => ({
      buffer: nameOf(view.storage),
      access,
      shape: view.shape,
      dtype: view.dtype,
    })),
  };
}

/** Which parts wrote what, so far. */
class Writers {
  readonly #last = new Map<Storage, number>();
  #count = 0;

  /** Takes the next part; returns the parts that wrote what it reads. */
  add({ launch }: PlannedLaunch): number[] {
    const needs = new Set<number>();
    for (const { view, access } of launch.bindings) {
      if (access === "write") continue;
      for (const [storage, part] of this.#last) if (overlap(storage, view.storage)) needs.add(part);
    }
    for (const { view, access } of launch.bindings) if (access !== "read") this.#last.set(view.storage, this.#count);
    this.#count++;
    return [...needs].sort((a, b) => a - b);
  }
}
