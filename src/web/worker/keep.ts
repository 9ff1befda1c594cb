import { readSafetensors } from "../../data/safetensors.ts";
import type { GpuContext } from "./gpu_context.ts";
import type { Call } from "./handler.ts";
import { openSession, type TrainEvent } from "./train.ts";
import { type WeightsKind, type WeightsName, weightsFile, weightsKind } from "./training/weights.ts";

/** A safetensors file as it was dropped. */
interface WeightsRequest {
  readonly file: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Weights out of and into the open training. */
export const keepHandlers = {
  /** The file of a network; undefined where the training does not have that one yet. */
  async weightsOut(
    gpu: GpuContext,
    { name }: { readonly name: WeightsName },
  ): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const model = openSession().model(name);
    return model && gpu.turn(() => weightsFile(model));
  },

  /** Tells whose weights a file holds. */
  async weightsKind(_gpu: GpuContext, { file, bytes }: WeightsRequest): Promise<WeightsKind> {
    return weightsKind(readSafetensors(bytes, file).tensors, file);
  },

  /** Puts a file's weights into the open training, which must be of that generator, and tells what they make. */
  async weightsIn(gpu: GpuContext, { file, bytes }: WeightsRequest, call: Call<TrainEvent>): Promise<WeightsKind> {
    const { tensors } = readSafetensors(bytes, file);
    const kind = weightsKind(tensors, file);
    const session = openSession();
    const telling = {
      turn: <R>(work: () => Promise<R>) => gpu.turn(work),
      tell: (event: TrainEvent) => call.tell(event),
    };
    if (kind.name === "cnn") await session.toClassifier(telling);
    session.loadWeights(kind.name, tensors, file);
    await session.introduce(telling);
    return kind;
  },
};
