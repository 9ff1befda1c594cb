/** What is worth knowing and printing about the adapter in use. */
export interface AdapterDescription {
  /** The adapter's own name, such as "NVIDIA H200" or "llvmpipe (LLVM 15.0.6, 256 bits)". */
  readonly name: string;
  readonly vendor: string;
  readonly architecture: string;
  /** Driver and version where the adapter tells. */
  readonly driver: string;
  /** True when a CPU does the GPU's work: correct, but many times slower. */
  readonly software: boolean;
  /** Invocations per subgroup where that is one fixed number and subgroup operations exist; otherwise 0. */
  readonly subgroupSize: number;
  readonly features: readonly string[];
}

/** Counts that tests and `explain` read: nothing here may grow while a compiled step replays, but the last three. */
export interface DeviceStats {
  buffersAlive: number;
  bytesAlive: number;
  buffersCreated: number;
  bindGroupsCreated: number;
  pipelinesCreated: number;
  submits: number;
  dispatches: number;
  readbacks: number;
}

/** The first line of a driver's message: the rest repeats descriptors. */
export function firstLine(message: string): string {
  return message.trim().split("\n", 1)[0] ?? "";
}
