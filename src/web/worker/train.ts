import type { StoredTensor } from "../../data/safetensors.ts";
import { Cnn } from "../../models/cnn.ts";
import { Discriminator } from "../../models/discriminator.ts";
import { Generator } from "../../models/generators.ts";
import { readState } from "../../models/state_dict.ts";
import type { Settings } from "../settings.ts";
import { dataset } from "./datasets.ts";
import type { GpuContext } from "./gpu_context.ts";
import type { Call } from "./handler.ts";
import type { CheckpointBytes } from "./training/checkpoint.ts";
import type { TrainingEvent, TrainingState } from "./training/events.ts";
import { TrainingSession } from "./training/session.ts";

/** What the view of a training is told. */
export type TrainEvent = TrainingEvent | { readonly kind: "checkpoint"; readonly bytes: CheckpointBytes };

/** A training to open, from its beginning or from a checkpoint. */
export interface OpenRequest {
  readonly settings: Settings;
  readonly checkpoint?: CheckpointBytes | undefined;
}

let session: TrainingSession | undefined;

/** The open training. */
export function openSession(): TrainingSession {
  if (!session) throw new Error("no training is open; start one in the view Train");
  return session;
}

/** The weights of the open training's generator, if it has been trained to its end with settings that mean the same one. */
export async function trainedGenerator(settings: Settings): Promise<ReadonlyMap<string, StoredTensor> | undefined> {
  const trained = session?.model("generator");
  if (!session || !(trained instanceof Generator) || session.ganSteps < settings.ganSteps) return undefined;
  const own = session.settings;
  const same = (["data", "imbalance", "gan", "seed", "batch", "ganSteps"] as const).every(
    (key) => own[key] === settings[key],
  );
  return same ? readState(trained.state()) : undefined;
}

/** The networks of the open training as they are now, and where their weights come from. */
export function trainedNetworks() {
  if (!session) return undefined;
  const [generator, discriminator, cnn] = [
    session.model("generator"),
    session.model("discriminator"),
    session.model("cnn"),
  ];
  return {
    ...(generator instanceof Generator && discriminator instanceof Discriminator ? { generator, discriminator } : {}),
    ...(cnn instanceof Cnn ? { cnn } : {}),
    origins: { generator: session.originOf("generator"), cnn: session.originOf("cnn") },
  };
}

/** Frees the open training, if there is one. */
function close(): void {
  session?.destroy();
  session = undefined;
}

/** The view "Train": one training at a time. */
export const trainHandlers = {
  /** Compiles a training and tells its first picture; the one before it is freed. */
  async trainOpen(gpu: GpuContext, request: OpenRequest, call: Call<TrainEvent>): Promise<TrainingState> {
    await gpu.turn(async () => close());
    const device = await gpu.device();
    const { settings, checkpoint } = request;
    const opened = await gpu.turn(() => TrainingSession.create(device, dataset(settings.data), settings, checkpoint));
    session = opened;
    // Its networks are gone with the device.
    device.gpu.lost.then(() => {
      if (session === opened) session = undefined;
    });
    await opened.introduce({ turn: (work) => gpu.turn(work), tell: (event) => call.tell(event) });
    return opened.state;
  },

  /** Trains until the call is given up, for so many steps, or to the end. */
  async trainRun(
    gpu: GpuContext,
    { steps, slowMs }: { readonly steps?: number; readonly slowMs?: number },
    call: Call<TrainEvent>,
  ): Promise<TrainingState> {
    return openSession().run({
      steps,
      slowMs,
      signal: call.signal,
      turn: (work) => gpu.turn(work),
      tell: (event) => call.tell(event),
      keep: (bytes) => call.tell({ kind: "checkpoint", bytes }, [bytes.buffer]),
    });
  },

  /** Goes on to the classifier with the generator as it is. */
  async trainNext(gpu: GpuContext, _request: undefined, call: Call<TrainEvent>): Promise<TrainingState> {
    await openSession().toClassifier({ turn: (work) => gpu.turn(work), tell: (event) => call.tell(event) });
    return openSession().state;
  },

  /** Frees the training. */
  async trainClose(gpu: GpuContext): Promise<void> {
    await gpu.turn(async () => close());
  },
};
