/**
 * The errors a user may meet. Every message is one line and says: the op or file, the values, the rule that was
 * broken, and the way out. `exitCode` is what the command returns for it.
 */
export class TailgradError extends Error {
  readonly exitCode: number = 2;
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A command line, option or configuration that cannot be meant. */
export class UsageError extends TailgradError {}

/** A file or byte stream that is missing, truncated, corrupt or of another kind than its name says. */
export class DataError extends TailgradError {}

/** Tensor shapes, axes or sizes that an op cannot take. */
export class ShapeError extends TailgradError {}

/** A tensor of an element type that an op cannot take. */
export class DTypeError extends TailgradError {}

/** A tensor or variable used where or when it must not be: other device, outside a recording, after an update. */
export class RecordingError extends TailgradError {}

/** No WebGPU adapter, or one that lacks what is needed. */
export class AdapterError extends TailgradError {
  override readonly exitCode = 3;
}

/** A kernel that the driver refuses, or a size beyond the adapter's limits. */
export class GpuError extends TailgradError {
  override readonly exitCode: number = 3;
}

/** A buffer beyond the adapter's limits or memory; a smaller batch or size is the way out. */
export class OutOfMemoryError extends GpuError {}

/** One complaint of the WGSL compiler; line and column count from 1 in the text that was compiled. */
export interface ShaderMessage {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** A kernel whose text does not compile. */
export class ShaderError extends GpuError {
  constructor(
    message: string,
    readonly messages: readonly ShaderMessage[],
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The device was lost; a new process can go on from the last checkpoint. */
export class DeviceLostError extends GpuError {}

/** A recorded gradient (or result) that is not what numbers say it should be. */
export class GradientError extends TailgradError {}

/** Training made a number that is not finite, or weights hold one. */
export class NumericsError extends TailgradError {
  override readonly exitCode = 4;
}

/** Stopped on request after writing a checkpoint; the same command goes on from it. */
export class InterruptedError extends TailgradError {
  override readonly exitCode = 75;
}
