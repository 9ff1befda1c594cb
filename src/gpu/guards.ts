/** Bytes behind every storage of a guarded device; a whole kernel tile fits in. */
export const GUARD_BYTES = 1024;

/** Quiet NaNs with payloads that no arithmetic makes. */
const FIRST_POISON = 0x7fc1_0000;
const POISONS = 0x2f_0000;

interface Guarded {
  readonly buffer: GPUBuffer;
  /** Where the guard begins: the end of what was asked for, rounded to vectors of four. */
  readonly end: number;
  readonly label: string;
  /** Its own NaN: arithmetic keeps payloads, so what a kernel makes of one buffer's poison and writes behind another shows. */
  readonly poison: number;
}

/**
 * Finds kernels that read or write where they should not. Storages are made with guard words behind them, and everything is filled
 * with a NaN: what a kernel reads without anyone having written it shows up as NaN, and a write behind the end changes a guard word.
 */
export class Guards {
  readonly #guarded = new Set<Guarded>();
  #count = 0;

  constructor(private readonly gpu: GPUDevice) {}

  /** Fills a buffer with poison and watches what lies behind byte `end`. Call the result when the buffer goes. */
  protect(buffer: GPUBuffer, end: number, label: string): () => void {
    const poison = FIRST_POISON + (this.#count++ % POISONS);
    this.gpu.queue.writeBuffer(buffer, 0, new Uint32Array(buffer.size / 4).fill(poison));
    const entry = { buffer, end, label, poison };
    this.#guarded.add(entry);
    return () => this.#guarded.delete(entry);
  }

  /** Names the first buffer whose guard words have changed, after everything submitted so far. */
  async broken(): Promise<string | undefined> {
    const entries = [...this.#guarded];
    const offsets: number[] = [];
    let size = 0;
    for (const { buffer, end } of entries) {
      offsets.push(size);
      size += buffer.size - end;
    }
    if (size === 0) return undefined;
    const staging = this.gpu.createBuffer({ size, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
    const encoder = this.gpu.createCommandEncoder({ label: "guards" });
    entries.forEach(({ buffer, end }, i) => {
      encoder.copyBufferToBuffer(buffer, end, staging, offsets[i]!, buffer.size - end);
    });
    this.gpu.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    const words = new Uint32Array(staging.getMappedRange().slice(0));
    staging.destroy();
    for (const [k, { label, end, poison }] of entries.entries()) {
      const own = words.subarray(offsets[k]! / 4, (offsets[k + 1] ?? size) / 4);
      const bad = own.findIndex((word) => word !== poison);
      if (bad >= 0) return `${label} (${end} bytes): written ${bad * 4} bytes behind its end`;
    }
    return undefined;
  }
}
