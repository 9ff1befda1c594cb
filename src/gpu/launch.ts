/**
 * What a kernel's launcher says about one dispatch, before any GPU object exists. The floors above build lists of
 * launches; the plan gives each storage a buffer and turns them into pipelines and bind groups once.
 */

/** Element types that kernels read and write; each takes four bytes. */
export type DType = "f32" | "i32" | "u32";

/** Offsets at which every adapter can bind a part of a buffer: multiples of this many bytes. */
export const OFFSET_ALIGNMENT = 256;

/** One piece of GPU memory, known by identity. Two views of one storage (a reshape) share its bytes. */
export class Storage {
  /** Set where the bytes are a part of another storage, from `offset` on (a multiple of {@link OFFSET_ALIGNMENT}). */
  place: { readonly within: Storage; readonly offset: number } | undefined;

  constructor(
    readonly sizeBytes: number,
    readonly label: string,
    /** Persistent storage keeps its buffer and contents from step to step; other storage lives inside one step. */
    readonly persistent = false,
  ) {}

  /** The storage that has a buffer: this one, or the one that it is a part of. */
  get root(): Storage {
    return this.place?.within ?? this;
  }

  /** Where its bytes begin within the root's. */
  get offset(): number {
    return this.place?.offset ?? 0;
  }
}

/** Offsets that lay pieces of these sizes one behind another, each where it can be bound, and the bytes they take in all. */
export function packOffsets(sizes: readonly number[]): { readonly offsets: number[]; readonly sizeBytes: number } {
  let sizeBytes = 0;
  const offsets = sizes.map((size) => {
    const offset = sizeBytes;
    sizeBytes += Math.ceil(size / OFFSET_ALIGNMENT) * OFFSET_ALIGNMENT;
    return offset;
  });
  return { offsets, sizeBytes };
}

/** A dense row-major array in a storage. */
export interface View {
  readonly storage: Storage;
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** Number of elements of a shape: the product of its sizes, 1 for a scalar's []. */
export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const n of shape) size *= n;
  return size;
}

/** Memory that only one op's dispatches use among themselves (partial sums, packed weights). */
export function scratch(shape: readonly number[], dtype: DType, label: string): View {
  return { storage: new Storage(sizeOf(shape) * 4, label), shape, dtype };
}

/** Values for a kernel file's `const NAME = ...;` lines. */
export type Constants = Readonly<Record<string, number | boolean | string>>;

/** Lines to stand between a file's `// @begin name` and `// @end name`. */
export type Parts = Readonly<Record<string, readonly string[]>>;

/** WGSL text and the file it came from. */
export interface ShaderSource {
  readonly file: string;
  readonly code: string;
  /** The file's own text, where `code` was made from it. */
  readonly original?: string;
  /** What `specialize` was told in order to make it. */
  readonly specialized?: { readonly constants: Constants; readonly parts: Parts };
}

/** How a dispatch uses a view. `write` promises that every element it leaves defined is written by this dispatch. */
export interface Binding {
  readonly view: View;
  readonly access: "read" | "write" | "update";
}

/** One dispatch. Binding 0 of group 0 is the params uniform (when there is one); bindings follow in order from 1. */
export interface Launch {
  /** Kernel name as people know it, such as "matmul". */
  readonly kernel: string;
  /** Which rung of the kernel's ladder, such as "subgroup 16x32". */
  readonly variant: string;
  readonly shader: ShaderSource;
  /** Contents of the params uniform, laid out as the shader's `Params`; absent when the shader has none. */
  readonly params?: ArrayBuffer;
  readonly bindings: readonly Binding[];
  readonly workgroups: readonly [number, number, number];
  /** Floating-point operations (a fused multiply-add counts as two). */
  readonly flops: number;
  /**
   * What may share its dispatch: other kernels that say nothing, where it says nothing itself. "products": others of the kind only, for
   * matmuls, whose kernels take long to compile. "nothing": for convolutions, which run slower joined, and for users' kernels, whose text
   * need not be one that can be joined.
   */
  readonly joins?: "products" | "nothing";
}

/** What launchers may know of the adapter when they choose a variant. */
export interface Capabilities {
  /** Invocations per subgroup where the adapter fixes that number and offers subgroup operations; otherwise 0. */
  readonly subgroupSize: number;
  /** True for drivers that run on the CPU: barriers are dear there, broadcasts within a subgroup nearly free. */
  readonly software: boolean;
  /** Picks a variant where measuring decides; without it the first one is taken. @internal */
  readonly choose?: (choice: Choice) => string;
}

/** Workgroups that fill a large GPU, which has so many multiprocessors: by them launchers choose where nothing is measured. */
export const FULL_GPU = 132;

/** One kernel at one size, which several variants can compute with the same result up to rounding. */
export interface Choice {
  /** Kernel and sizes, such as "matmul 256x512x110 NT". */
  readonly key: string;
  /** Those that run on the adapter; the first is the one to take without measuring. */
  readonly variants: readonly string[];
  /** The simplest variant, by which is told who is right where some differ or fail, and which is taken where all others are wrong. */
  readonly reference: string;
  readonly flops: number;
  /** The dispatches by a variant, on memory of their own. */
  readonly launches: (variant: string) => readonly Launch[];
}

/** The variant that `choice` gets. */
export function chosenVariant(choice: Choice, { choose }: Capabilities): string {
  const { variants } = choice;
  const variant = variants.length > 1 ? choose?.(choice) : undefined;
  return variant !== undefined && isVariant(choice, variant) ? variant : variants[0]!;
}

/** Whether a choice can be for that variant. */
export function isVariant({ variants, reference }: Choice, variant: string): boolean {
  return variant === reference || variants.includes(variant);
}

/** A view of as much memory as another's, that belongs to nobody else. */
export function likeView({ shape, dtype, storage }: View): View {
  return scratch(shape, dtype, storage.label);
}

/** Most workgroups that WebGPU promises along one dimension. */
export const MAX_WORKGROUPS = 65_535;

/**
 * Spreads `count` workgroups over x and y, for kernels that compute their place as
 * `workgroup_id.y * num_workgroups.x + workgroup_id.x` and check it against their own bound.
 */
export function grid(count: number): [number, number, number] {
  if (count <= MAX_WORKGROUPS) return [count, 1, 1];
  const y = Math.ceil(count / MAX_WORKGROUPS);
  return [Math.ceil(count / y), y, 1];
}

type Field = readonly ["u32" | "i32" | "f32", number];

/** Packs scalar fields (four bytes each) as a WGSL `Params` struct of scalars, padded to 16 bytes. */
export function packParams(fields: readonly Field[]): ArrayBuffer {
  const buffer = new ArrayBuffer(Math.max(16, Math.ceil(fields.length / 4) * 16));
  const words = new DataView(buffer);
  fields.forEach(([type, value], i) => {
    if (type === "f32") words.setFloat32(i * 4, value, true);
    else if (type === "i32") words.setInt32(i * 4, value, true);
    else words.setUint32(i * 4, value, true);
  });
  return buffer;
}

/** Unsigned fields, the common case of {@link packParams}. */
export function u32Params(...values: readonly number[]): ArrayBuffer {
  return packParams(values.map((value) => ["u32", value] as const));
}

/** Bytes that a launch reads and writes, counting each binding once. */
export function launchBytes(launch: Launch): number {
  let bytes = 0;
  for (const { view, access } of launch.bindings) bytes += sizeOf(view.shape) * 4 * (access === "update" ? 2 : 1);
  return bytes;
}
