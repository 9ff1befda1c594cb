import { GpuError, ShaderError } from "../errors.ts";
import { type DeviceStats, firstLine } from "./description.ts";
import type { ShaderSource } from "./launch.ts";

/** A compiled shader and the layout that its bind groups follow. */
export interface Pipeline {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

/** Compiles each distinct text and binding list once; requests made together compile in parallel. */
export class PipelineCache {
  #pipelines = new Map<string, Promise<Pipeline>>();
  #layouts = new Map<string, GPUBindGroupLayout>();

  constructor(
    private readonly gpu: GPUDevice,
    private readonly stats: DeviceStats,
  ) {}

  get(shader: ShaderSource, bindings: readonly GPUBufferBindingType[]): Promise<Pipeline> {
    const key = `${bindings.join()}\n${shader.code}`;
    let pipeline = this.#pipelines.get(key);
    if (!pipeline) {
      pipeline = this.#compile(shader, bindings);
      this.#pipelines.set(key, pipeline);
    }
    return pipeline;
  }

  #layout(bindings: readonly GPUBufferBindingType[]): GPUBindGroupLayout {
    const key = bindings.join();
    let layout = this.#layouts.get(key);
    if (!layout) {
      layout = this.gpu.createBindGroupLayout({
        label: key,
        entries: bindings.map((type, binding) => ({ binding, visibility: GPUShaderStage.COMPUTE, buffer: { type } })),
      });
      this.#layouts.set(key, layout);
    }
    return layout;
  }

  async #compile(shader: ShaderSource, bindings: readonly GPUBufferBindingType[]): Promise<Pipeline> {
    const { gpu, stats } = this;
    const layout = this.#layout(bindings);
    gpu.pushErrorScope("validation");
    const module = gpu.createShaderModule({ label: shader.file, code: shader.code });
    const problem = gpu.popErrorScope();
    const compiling = gpu.createComputePipelineAsync({
      label: shader.file,
      layout: gpu.createPipelineLayout({ label: shader.file, bindGroupLayouts: [layout] }),
      compute: { module },
    });
    stats.pipelinesCreated++;
    try {
      const [pipeline] = await Promise.all([compiling, problem]);
      return { pipeline, layout };
    } catch (cause) {
      throw await failure(shader, module, cause);
    }
  }
}

async function failure(shader: ShaderSource, module: GPUShaderModule, cause: unknown): Promise<GpuError> {
  const { messages } = await module.getCompilationInfo();
  const errors = messages.filter(({ type }) => type === "error");
  const [first] = errors;
  if (!first) {
    return new GpuError(`${shader.file}: the driver refuses this kernel: ${firstLine(String(cause))}`, { cause });
  }
  const line = shader.code.split("\n")[first.lineNum - 1]?.trim() ?? "";
  const place = `${placeOf(shader, first.lineNum, line)}:${first.linePos}`;
  return new ShaderError(
    `${place}: ${firstLine(first.message)}, in: ${line}`,
    errors.map(({ lineNum, linePos, message }) => ({ line: lineNum, column: linePos, message: firstLine(message) })),
    { cause },
  );
}

/** Where a line of the compiled text stands: in the kernel's file if it is there once as it is, else in the generated text. */
function placeOf({ file, code, original = code }: ShaderSource, lineNum: number, line: string): string {
  if (original === code) return `${file}:${lineNum}`;
  const places = original.split("\n").flatMap((text, i) => (text.trim() === line ? [i + 1] : []));
  return places.length === 1 ? `${file}:${places[0]}` : `${file}, generated line ${lineNum}`;
}
