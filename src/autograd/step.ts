import { RecordingError } from "../errors.ts";
import { bufferBytes, type Device, type GpuMemory } from "../gpu/device.ts";
import type { Launch, Storage } from "../gpu/launch.ts";
import { checkWhole, shown } from "./arguments.ts";
import type { Dispatch } from "./bundle.ts";
import { type Explanation, explainPlan } from "./explain.ts";
import { type HostArray, typed } from "./host_array.ts";
import { inspectPart } from "./inspect.ts";
import type { MemoryPlan } from "./memory.ts";
import { type DispatchTime, profileDispatches } from "./profile.ts";
import type { Tensor, Variable } from "./tensor.ts";
import { type DispatchSpan, traceDispatches } from "./trace.ts";
import type { VariableMemory } from "./variable_memory.ts";

/** Named results of a recorded function. */
export type Outputs = Readonly<Record<string, Tensor>>;

interface Prepared {
  readonly dispatch: Dispatch;
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
}

/** Dispatches per command buffer: bounds what one submit holds while keeping its cost negligible. */
const DISPATCHES_PER_SUBMIT = 4096;

/** A compiled step: a fixed list of dispatches over fixed buffers. */
export class Step<O extends Outputs = Outputs> {
  readonly #memories = new Map<Storage, VariableMemory>();
  #slots: GpuMemory[] = [];
  #params: GpuMemory | undefined;
  #prepared: Prepared[] = [];
  #destroyed = false;

  private constructor(
    private readonly device: Device,
    private readonly outputs: O,
    private readonly memory: MemoryPlan,
    private readonly variables: ReadonlySet<Variable>,
  ) {
    for (const { memory } of variables) this.#memories.set(memory.storage, memory);
  }

  /** Makes all GPU objects of a plan; `compile` calls it. @internal */
  static async prepare<O extends Outputs>(
    device: Device,
    outputs: O,
    dispatches: readonly Dispatch[],
    memory: MemoryPlan,
    variables: ReadonlySet<Variable>,
  ): Promise<Step<O>> {
    // Everything that can be refused is refused before the first GPU object is made.
    for (const variable of variables.values()) variable.checkUsableOn(device);
    memory.slotBytes.forEach((bytes, slot) => {
      device.checkSize(bytes, GPUBufferUsage.STORAGE, memory.slotLabels[slot]!);
    });
    const step = new Step(device, outputs, memory, variables);
    try {
      const compiling = dispatches.map(({ launch }) => device.pipeline(launch.shader, bindingTypes(launch)));
      const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
      step.#slots = memory.slotBytes.map((bytes, slot) => device.createBuffer(bytes, usage, memory.slotLabels[slot]!));
      const offsets = step.#writeParams(dispatches);
      const pipelines = await Promise.all(compiling);
      step.#prepared = dispatches.map((dispatch, i) => {
        const { pipeline, layout } = pipelines[i]!;
        const entries: GPUBindGroupEntry[] = [];
        const { kernel, shader, params, bindings } = dispatch.launch;
        if (params) {
          entries.push({
            binding: 0,
            resource: { buffer: step.#params!.buffer, offset: offsets[i]!, size: params.byteLength },
          });
        }
        bindings.forEach(({ view }, k) => {
          const buffer = step.#bufferOf(view.storage);
          // A driver may bound accesses by the binding; a guarded device wants to see them.
          const { offset, sizeBytes } = view.storage;
          const size = device.guarded ? buffer.size - offset : bufferBytes(sizeBytes);
          entries.push({ binding: k + (params ? 1 : 0), resource: { buffer, offset, size } });
        });
        device.stats.bindGroupsCreated++;
        const bindGroup = device.checked(`${shader.file} (${kernel})`, () =>
          device.gpu.createBindGroup({ label: kernel, layout, entries }),
        );
        return { dispatch, pipeline, bindGroup };
      });
      await device.settle();
      return step;
    } catch (error) {
      step.destroy();
      throw error;
    }
  }

  #bufferOf({ root: storage }: Storage): GPUBuffer {
    const memory = this.#memories.get(storage);
    if (memory) return memory.bufferOn(this.device);
    const slot = this.memory.slotOf.get(storage);
    if (slot === undefined) throw new RecordingError(`no buffer is planned for ${storage.label}`);
    return this.#slots[slot]!.buffer;
  }

  /** Writes what a storage of the step's own holds before it first runs; the tuner's inputs. @internal */
  fill(storage: Storage, data: Float32Array<ArrayBuffer>): void {
    this.device.gpu.queue.writeBuffer(this.#bufferOf(storage), storage.offset, data);
  }

  /** All params in one uniform buffer; returns each launch's offset. */
  #writeParams(dispatches: readonly Dispatch[]): number[] {
    const alignment = this.device.gpu.limits.minUniformBufferOffsetAlignment;
    let end = 0;
    const offsets = dispatches.map(({ launch }) => {
      const offset = end;
      end += Math.ceil((launch.params?.byteLength ?? 0) / alignment) * alignment;
      return offset;
    });
    const bytes = new Uint8Array(end);
    dispatches.forEach(({ launch }, i) => {
      if (launch.params) bytes.set(new Uint8Array(launch.params), offsets[i]!);
    });
    this.#params = this.device.createBuffer(end, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST, "params");
    if (end > 0) this.device.gpu.queue.writeBuffer(this.#params.buffer, 0, bytes);
    return offsets;
  }

  /** Replays the step `times` times. Returns once submitted; {@link read} and `device.settle()` wait. */
  run(times = 1): void {
    this.#checkAlive("run");
    checkWhole("run", "the number of steps", times, 0);
    const perSubmit = Math.max(1, Math.floor(DISPATCHES_PER_SUBMIT / Math.max(1, this.#prepared.length)));
    for (let left = times; left > 0; left -= perSubmit) this.#submit(Math.min(left, perSubmit));
  }

  #submit(times: number): void {
    const encoder = this.device.gpu.createCommandEncoder({ label: "step" });
    const pass = encoder.beginComputePass({ label: "step" });
    for (let i = 0; i < times; i++) for (const prepared of this.#prepared) this.#encode(pass, prepared);
    pass.end();
    this.device.submit(encoder.finish());
  }

  #encode(pass: GPUComputePassEncoder, { dispatch, pipeline, bindGroup }: Prepared): void {
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(...dispatch.launch.workgroups);
    this.device.stats.dispatches++;
  }

  /** Reads one result of the last replay. */
  async read(name: keyof O & string): Promise<HostArray> {
    this.#checkAlive("read");
    const output = this.#output("read", name);
    const { storage } = output;
    return typed(output.dtype, await this.device.read(this.#bufferOf(storage), output.size * 4, storage.offset));
  }

  /** Names of the results, in the order in which the recorded function gave them. */
  get names(): (keyof O & string)[] {
    return Object.keys(this.outputs);
  }

  /** Shape of a result. */
  shapeOf(name: keyof O & string): readonly number[] {
    return this.#output("shapeOf", name).shape;
  }

  #output(op: string, name: keyof O & string): Tensor {
    if (Object.hasOwn(this.outputs, name)) return this.outputs[name]!;
    throw new RecordingError(`${op}: the step has no result ${shown(name)}; it has ${this.names.join(", ")}`);
  }

  /** The plan as data: one row per dispatch, and the memory it takes. */
  explain(): Explanation {
    const dispatches = this.#prepared.map(({ dispatch }) => dispatch);
    return explainPlan(this.device.adapter.name, dispatches, this.memory, this.variables);
  }

  /** WGSL of each dispatch, in order, as it was compiled. */
  shaders(): string[] {
    return this.#prepared.map(({ dispatch }) => dispatch.launch.shader.code);
  }

  /** WGSL of each part of each dispatch, as it was before parts were joined. */
  partShaders(): string[][] {
    return this.#prepared.map(({ dispatch }) => dispatch.parts.map(({ launch }) => launch.shader.code));
  }

  /**
   * Runs the step once, dispatch by dispatch, and throws NumericsError naming the first one (forward order) that makes
   * a number that is not finite, and what it read; ops that share a kernel are named together. Slow: for finding out what
   * {@link run} did wrong.
   */
  async inspect(): Promise<void> {
    const valuesOf = async (storage: Storage) =>
      new Float32Array(await this.device.read(this.#bufferOf(storage), storage.sizeBytes, storage.offset));
    for (const prepared of this.#prepared) {
      const encoder = this.device.gpu.createCommandEncoder({ label: "inspect" });
      const pass = encoder.beginComputePass();
      this.#encode(pass, prepared);
      pass.end();
      this.device.submit(encoder.finish());
      for (const part of prepared.dispatch.parts) await inspectPart(part, this.variables, valuesOf);
    }
  }

  /**
   * Times each dispatch alone, in order, repeated within a submit of its own so that waiting is shared out. Dispatches
   * that change variables do so every time: for steps whose variables are not needed any more.
   */
  profile(): Promise<DispatchTime[]> {
    this.#checkAlive("profile");
    return profileDispatches(this.device, this.#encoders());
  }

  /** Runs the step once with each dispatch in a pass of its own, and tells when each ran. */
  trace(): Promise<DispatchSpan[]> {
    this.#checkAlive("trace");
    return traceDispatches(this.device, this.#encoders());
  }

  #encoders() {
    return this.#prepared.map((prepared) => (pass: GPUComputePassEncoder) => this.#encode(pass, prepared));
  }

  #checkAlive(what: string): void {
    this.device.check();
    if (this.#destroyed) throw new RecordingError(`${what}: the step is destroyed; compile it again`);
  }

  /** Frees the step's buffers; variables stay. */
  destroy(): void {
    this.#destroyed = true;
    for (const slot of this.#slots) slot.destroy();
    this.#params?.destroy();
    this.#slots = [];
    this.#prepared = [];
  }
}

/** Binding types of a launch, the params uniform first. */
function bindingTypes(launch: Launch): GPUBufferBindingType[] {
  const types = launch.bindings.map(
    ({ access }): GPUBufferBindingType => (access === "read" ? "read-only-storage" : "storage"),
  );
  return launch.params ? ["uniform", ...types] : types;
}
