import { DeviceLostError, GpuError, OutOfMemoryError } from "../errors.ts";
import { type AdapterDescription, type DeviceStats, firstLine } from "./description.ts";
import { GUARD_BYTES, Guards } from "./guards.ts";
import type { Capabilities, ShaderSource } from "./launch.ts";
import { type Pipeline, PipelineCache } from "./pipeline.ts";

/** A buffer that is accounted for: its bytes count until {@link GpuMemory.destroy}. */
export interface GpuMemory {
  readonly buffer: GPUBuffer;
  readonly sizeBytes: number;
  destroy(): void;
}

/** How a {@link Device} behaves. */
export interface DeviceOptions {
  /** Called when the device is destroyed. */
  readonly onDestroy?: () => void;
  /**
   * Checks every storage: each gets a buffer of its own filled with NaN and followed by guard words, which {@link
   * Device.checkGuards} reads. Slow, for tests of kernels.
   */
  readonly guarded?: boolean;
}

/** An opened WebGPU device with its buffers counted, its pipelines cached and its errors kept for the next await. */
export class Device {
  readonly stats: DeviceStats = {
    buffersAlive: 0,
    bytesAlive: 0,
    buffersCreated: 0,
    bindGroupsCreated: 0,
    pipelinesCreated: 0,
    submits: 0,
    dispatches: 0,
    readbacks: 0,
  };
  readonly capabilities: Capabilities;
  readonly guarded: boolean;
  #guards: Guards;
  #pipelines: PipelineCache;
  #staging: GpuMemory | undefined;
  #stagingBusy = false;
  #failure: Error | undefined;
  #destroyed = false;

  /** @internal {@link openDevice} makes devices. */
  constructor(
    readonly gpu: GPUDevice,
    readonly adapter: AdapterDescription,
    private readonly options: DeviceOptions = {},
  ) {
    this.guarded = options.guarded ?? false;
    this.#guards = new Guards(gpu);
    this.capabilities = { subgroupSize: adapter.subgroupSize, software: adapter.software };
    this.#pipelines = new PipelineCache(gpu, this.stats);
    gpu.addEventListener("uncapturederror", (event) => {
      this.#failure ??= new GpuError(`WebGPU on ${adapter.name}: ${firstLine(event.error.message)}`);
    });
    gpu.lost.then((info) => {
      if (this.#destroyed) return;
      this.#failure = new DeviceLostError(
        `the device ${adapter.name} was lost (${info.reason || "unknown"}: ${firstLine(info.message)}); ` +
          "start the same command again: it goes on from the last checkpoint",
      );
    });
  }

  /** Throws the error that the device reported since the last call, if any. */
  check(): void {
    if (this.#destroyed) throw new GpuError(`the device ${this.adapter.name} is destroyed; open another one`);
    const failure = this.#failure;
    if (!failure) return;
    if (!(failure instanceof DeviceLostError)) this.#failure = undefined;
    throw failure;
  }

  /** Throws OutOfMemoryError if a buffer of `sizeBytes` is beyond the adapter's limits. @internal */
  checkSize(sizeBytes: number, usage: GPUBufferUsageFlags, label: string): void {
    const size = bufferBytes(sizeBytes) + (this.#isGuarded(usage) ? GUARD_BYTES : 0);
    const { maxBufferSize, maxStorageBufferBindingSize } = this.gpu.limits;
    const limit = usage & GPUBufferUsage.STORAGE ? Math.min(maxBufferSize, maxStorageBufferBindingSize) : maxBufferSize;
    if (size > limit) {
      throw new OutOfMemoryError(
        `${label}: needs a buffer of ${size} bytes, but ${this.adapter.name} allows ${limit}; use a smaller batch or size`,
      );
    }
  }

  #isGuarded(usage: GPUBufferUsageFlags): boolean {
    return this.guarded && (usage & GPUBufferUsage.STORAGE) !== 0;
  }

  /**
   * Makes a buffer of at least `sizeBytes`, filled with zeros or poison. Throws OutOfMemoryError beyond the adapter's limits.
   * @internal
   */
  createBuffer(sizeBytes: number, usage: GPUBufferUsageFlags, label: string): GpuMemory {
    this.checkSize(sizeBytes, usage, label);
    const guarded = this.#isGuarded(usage);
    const end = bufferBytes(sizeBytes);
    const size = end + (guarded ? GUARD_BYTES : 0);
    this.gpu.pushErrorScope("out-of-memory");
    const buffer = this.gpu.createBuffer({ size, usage, label });
    this.gpu.popErrorScope().then((error) => {
      if (error) {
        this.#failure ??= new OutOfMemoryError(
          `${label}: out of GPU memory asking for ${size} bytes on ${this.adapter.name} ` +
            `(${this.stats.bytesAlive} bytes in use); use a smaller batch or size`,
        );
      }
    }, ignoreLoss);
    const unprotect = guarded ? this.#guards.protect(buffer, end, label) : undefined;
    const { stats } = this;
    stats.buffersAlive++;
    stats.buffersCreated++;
    stats.bytesAlive += size;
    let alive = true;
    return {
      buffer,
      sizeBytes: size,
      destroy() {
        if (!alive) return;
        alive = false;
        unprotect?.();
        buffer.destroy();
        stats.buffersAlive--;
        stats.bytesAlive -= size;
      },
    };
  }

  /** Runs a call that WebGPU may refuse; a refusal is thrown at the next check, named `what`. @internal */
  checked<R>(what: string, call: () => R): R {
    this.gpu.pushErrorScope("validation");
    const result = call();
    this.gpu.popErrorScope().then((error) => {
      if (error) this.#failure ??= new GpuError(`${what}: ${firstLine(error.message)}`);
    }, ignoreLoss);
    return result;
  }

  /** The pipeline of a shader, compiled at most once per device; failures name the kernel's file and line. @internal */
  pipeline(shader: ShaderSource, bindings: readonly GPUBufferBindingType[]): Promise<Pipeline> {
    return this.#pipelines.get(shader, bindings);
  }

  /** Submits command buffers and counts the submit. @internal */
  submit(commands: GPUCommandBuffer): void {
    this.check();
    this.stats.submits++;
    this.gpu.queue.submit([commands]);
  }

  /** Waits until everything submitted so far has run. */
  async settle(): Promise<void> {
    this.check();
    await this.gpu.queue.onSubmittedWorkDone();
    this.check();
  }

  /** On a guarded device: throws GpuError naming a storage that something was written behind. Otherwise does nothing. */
  async checkGuards(): Promise<void> {
    if (!this.guarded) return;
    this.check();
    const broken = await this.#guards.broken();
    this.check();
    if (broken) throw new GpuError(`guard words changed: ${broken}; a kernel's bounds are wrong`);
  }

  /** Copies `sizeBytes` (a multiple of 4) out of a buffer, after everything submitted so far. @internal */
  async read(buffer: GPUBuffer, sizeBytes: number, offset = 0): Promise<ArrayBuffer> {
    this.check();
    if (sizeBytes === 0) return new ArrayBuffer(0);
    this.stats.readbacks++;
    const own = this.#stagingBusy;
    const staging = own ? this.#createStaging(sizeBytes) : this.#sharedStaging(sizeBytes);
    if (!own) this.#stagingBusy = true;
    try {
      const encoder = this.gpu.createCommandEncoder({ label: "read back" });
      encoder.copyBufferToBuffer(buffer, offset, staging.buffer, 0, sizeBytes);
      this.submit(encoder.finish());
      await staging.buffer.mapAsync(GPUMapMode.READ, 0, sizeBytes).catch((cause: unknown) => {
        this.check();
        throw new GpuError(
          `read back of ${sizeBytes} bytes failed on ${this.adapter.name}: ${firstLine(String(cause))}`,
        );
      });
      const bytes = staging.buffer.getMappedRange(0, sizeBytes).slice(0);
      staging.buffer.unmap();
      this.check();
      return bytes;
    } finally {
      if (own) staging.destroy();
      else this.#stagingBusy = false;
    }
  }

  #createStaging(sizeBytes: number): GpuMemory {
    return this.createBuffer(sizeBytes, GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ, "read back");
  }

  /** One staging buffer serves reads one after another; it grows to the largest read. */
  #sharedStaging(sizeBytes: number): GpuMemory {
    if (!this.#staging || this.#staging.sizeBytes < sizeBytes) {
      this.#staging?.destroy();
      this.#staging = this.#createStaging(sizeBytes);
    }
    return this.#staging;
  }

  /** Frees the device. The process can exit afterwards; every later call throws. */
  destroy(): void {
    if (this.#destroyed) return;
    this.#staging?.destroy();
    this.#destroyed = true;
    this.gpu.destroy();
    this.options.onDestroy?.();
  }
}

/**
 * Bytes of a buffer that holds `sizeBytes`: whole vectors of four, so that kernels may read and write the last one
 * whole.
 */
export function bufferBytes(sizeBytes: number): number {
  return Math.max(16, Math.ceil(sizeBytes / 16) * 16);
}

function ignoreLoss(): void {}
