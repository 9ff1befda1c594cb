import type { StoredTensor } from "../../data/safetensors.ts";
import { STREAMS } from "../../experiments/batch_trainer.ts";
import type { Evaluation } from "../../experiments/evaluation.ts";
import { synthesize } from "../../experiments/synthesis.ts";
import type { Device } from "../../gpu/device.ts";
import { Rng } from "../../kernels/random/philox.ts";
import { Generator } from "../../models/generators.ts";
import { readState, writeState } from "../../models/state_dict.ts";
import type { Settings } from "../settings.ts";
import { dataset } from "./datasets.ts";
import type { GpuContext } from "./gpu_context.ts";
import type { Call } from "./handler.ts";
import { trainedGenerator } from "./train.ts";
import { CnnStage } from "./training/cnn_stage.ts";
import type { Counts } from "./training/events.ts";
import { GanStage } from "./training/gan_stage.ts";
import { Pace } from "./training/pace.ts";

/** Who races: what each does about the rare classes. */
export const LANES = ["none", "downsampled", "upsampled-random", "cgan"] as const;
export type Lane = (typeof LANES)[number];

/** What the view of a race is told. */
export type RaceEvent =
  | { readonly kind: "generator"; readonly step: number; readonly steps: number }
  /** The classifiers begin at step 0; what was told of others before, on a device that was lost, is no more. */
  | { readonly kind: "begin" }
  | { readonly kind: "ready"; readonly lane: Lane; readonly counts: Counts }
  | {
      readonly kind: "measured";
      readonly lane: Lane;
      readonly step: number;
      readonly evaluation: Evaluation;
      readonly atEnd: boolean;
    }
  | { readonly kind: "step"; readonly step: number };

/** Measures of each classifier on the way. */
const MEASURES = 10;

interface Race {
  readonly settings: Settings;
  /** What it was compiled for. */
  readonly device: Device;
  readonly lanes: Map<Lane, CnnStage>;
  gan: GanStage | undefined;
  /** The trained generator's, on the host: they outlive a device. */
  weights: GeneratorWeights | undefined;
  step: number;
  finished: boolean;
}

type GeneratorWeights = ReadonlyMap<string, StoredTensor>;

let race: Race | undefined;

function close(): void {
  race?.gan?.destroy();
  for (const stage of race?.lanes.values() ?? []) stage.destroy();
  race = undefined;
}

/** The open race, or another one: other settings begin anew, a new device begins with the generator's weights of before. */
function raceOn(device: Device, settings: Settings): Race {
  const same = race !== undefined && JSON.stringify(race.settings) === JSON.stringify(settings);
  if (race && same && race.device === device) return race;
  const weights = same ? race?.weights : undefined;
  close();
  race = { settings, device, lanes: new Map(), gan: undefined, weights, step: 0, finished: false };
  return race;
}

/** The view "Rebalance race": four classifiers, one budget. */
export const raceHandlers = {
  /**
   * Trains the generator if the open training has none for these settings, then the classifiers side by side, until the call is given up
   * or the budget is spent. Called again with the same settings it goes on; after a loss of the device the classifiers begin anew.
   */
  async raceRun(
    gpu: GpuContext,
    { settings }: { readonly settings: Settings },
    call: Call<RaceEvent>,
  ): Promise<{ readonly done: boolean }> {
    const now = raceOn(await gpu.device(), settings);
    const { signal } = call;
    now.weights ??= await trainedGenerator(settings);
    now.weights ??= await trainGenerator(gpu, now, call);
    if (!now.weights) return { done: false };
    if (now.lanes.size === 0) call.tell({ kind: "begin" });
    for (const lane of LANES) {
      if (signal.aborted) return { done: false };
      if (now.lanes.has(lane)) continue;
      const stage = await gpu.turn(() => openLane(now, lane));
      now.lanes.set(lane, stage);
      call.tell({ kind: "ready", lane, counts: stage.counts });
      await measure(gpu, now, lane, false, call);
    }
    while (now.step < settings.cnnSteps && !signal.aborted) {
      for (const stage of now.lanes.values()) {
        await gpu.turn(async () => {
          stage.trainer.run(1);
          await stage.trainer.readLog(1);
        });
      }
      now.step++;
      call.tell({ kind: "step", step: now.step });
      const every = Math.max(1, Math.round(settings.cnnSteps / MEASURES));
      if (now.step % every === 0) for (const lane of now.lanes.keys()) await measure(gpu, now, lane, false, call);
    }
    if (now.step < settings.cnnSteps) return { done: false };
    if (!now.finished) for (const lane of now.lanes.keys()) await measure(gpu, now, lane, true, call);
    now.finished = true;
    return { done: true };
  },

  /** Frees the race. */
  async raceClose(gpu: GpuContext): Promise<void> {
    await gpu.turn(async () => close());
  },
};

/** Trains the GAN and gives its generator's weights; undefined if it was given up before the end. */
async function trainGenerator(
  gpu: GpuContext,
  now: Race,
  call: Call<RaceEvent>,
): Promise<GeneratorWeights | undefined> {
  const { settings, device } = now;
  now.gan ??= await gpu.turn(() => GanStage.create(device, dataset(settings.data), settings));
  const { trainer, program } = now.gan;
  const pace = new Pace();
  while (trainer.step < settings.ganSteps && !call.signal.aborted) {
    const began = performance.now();
    const done = await gpu.turn(async () => {
      const steps = trainer.run(Math.min(pace.steps, settings.ganSteps - trainer.step));
      await trainer.readLog(steps);
      return steps;
    });
    pace.took(done, performance.now() - began, trainer.step === done);
    call.tell({ kind: "generator", step: trainer.step, steps: settings.ganSteps });
  }
  if (trainer.step < settings.ganSteps) return undefined;
  const weights = await readState(program.generator.state());
  now.gan.destroy();
  now.gan = undefined;
  return weights;
}

function openLane(now: Race, lane: Lane): Promise<CnnStage> {
  const { device, settings } = now;
  const { imbalance, loss, seed, batch, gan, data } = settings;
  return CnnStage.create(device, dataset(data), {
    rebalancing: lane === "cgan" ? gan : lane,
    imbalance,
    loss,
    seed,
    batch,
    synthesize: lane === "cgan" ? (labels) => imagesOf(now, labels) : undefined,
  });
}

/** One image per label by the race's generator. */
async function imagesOf({ device, settings, weights }: Race, labels: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const { gan, seed } = settings;
  const generator = new Generator(gan, new Rng(seed, STREAMS.model));
  try {
    writeState(generator.state(), weights!, "generator");
    return await synthesize(device, generator, labels, seed);
  } finally {
    for (const variable of generator.state().values()) variable.destroy();
  }
}

async function measure(gpu: GpuContext, now: Race, lane: Lane, atEnd: boolean, call: Call<RaceEvent>): Promise<void> {
  const stage = now.lanes.get(lane)!;
  const evaluation = await gpu.turn(() => (atEnd ? stage.evaluateEnd() : stage.evaluateLive()));
  call.tell({ kind: "measured", lane, step: now.step, evaluation, atEnd });
}
