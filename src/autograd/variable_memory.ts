import { RecordingError } from "../errors.ts";
import type { Device, GpuMemory } from "../gpu/device.ts";
import { Storage } from "../gpu/launch.ts";

/** Where a variable lies: its bytes within a memory that it may share with others. */
export interface MemoryWindow {
  readonly memory: VariableMemory;
  readonly offset: number;
}

/** The bytes of one variable, or of several packed one behind another: on the host until a step uses them, then on a device. */
export class VariableMemory {
  readonly storage: Storage;
  #host: Uint8Array | undefined;
  #device: Device | undefined;
  #gpu: GpuMemory | undefined;
  #users = 0;

  constructor(host: Uint8Array, label: string) {
    this.storage = new Storage(host.byteLength, label, true);
    this.#host = host;
  }

  /** Whether the bytes are still on the host and belong to one variable, so that they may move. */
  get movable(): boolean {
    return this.#host !== undefined && this.#users === 1;
  }

  /** Counts one more variable that lies here. */
  join(): void {
    this.#users++;
  }

  /** Counts one less; the last one frees the GPU memory. */
  leave(): void {
    if (--this.#users > 0) return;
    this.#gpu?.destroy();
    this.#gpu = undefined;
    this.#host = undefined;
  }

  /** Throws RecordingError if it lies on another device, GpuError if it is too large for `device`; `name` is who asks. */
  checkUsableOn(device: Device, name = this.storage.label): void {
    if (this.#device && this.#device !== device) {
      throw new RecordingError(
        `variable ${name} lives on ${this.#device.adapter.name}, opened as another device; ` +
          "read it and make a new variable for this one",
      );
    }
    device.checkSize(this.storage.sizeBytes, GPUBufferUsage.STORAGE, name);
  }

  /** The buffer on `device`, made and filled at first use. Memory belongs to one device for good. */
  bufferOn(device: Device): GPUBuffer {
    this.checkUsableOn(device);
    if (!this.#gpu) {
      const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
      this.#gpu = device.createBuffer(this.storage.sizeBytes, usage, this.storage.label);
      this.#device = device;
      if (this.#host && this.#host.length > 0) device.gpu.queue.writeBuffer(this.#gpu.buffer, 0, this.#host);
      this.#host = undefined;
    }
    return this.#gpu.buffer;
  }

  /** Copies bytes out, after everything submitted so far. */
  async read(offset: number, sizeBytes: number): Promise<ArrayBuffer> {
    if (this.#gpu && this.#device) return this.#device.read(this.#gpu.buffer, sizeBytes, offset);
    return new Uint8Array(this.#host!.subarray(offset, offset + sizeBytes)).buffer;
  }

  /** Replaces bytes, in order with submitted steps. */
  write(offset: number, bytes: Uint8Array): void {
    if (this.#gpu && this.#device) {
      this.#device.check();
      if (bytes.length > 0) this.#device.gpu.queue.writeBuffer(this.#gpu.buffer, offset, bytes);
    } else this.#host!.set(bytes, offset);
  }

  /** The bytes on the host, for memory that is {@link movable}. */
  hostBytes(): Uint8Array {
    return this.#host!;
  }
}
