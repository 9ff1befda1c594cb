import { UsageError } from "../../errors.ts";
import { openDevice } from "../../gpu/adapter.ts";
import type { Device } from "../../gpu/device.ts";
import { type Ceilings, measureCeilings } from "../../kernels/ceiling/ceiling.ts";
import { checkRung, type RungVerdict } from "../workshop/check_rung.ts";
import { checkExercise } from "../workshop/exercise.ts";
import { exerciseOf } from "../workshop/exercises.ts";
import { type LadderName, type Rung, rungOf } from "../workshop/ladders.ts";
import { timedWork, timeTexts } from "../workshop/speed.ts";
import type { Verdict } from "../workshop/verdict.ts";
import type { GpuContext } from "./gpu_context.ts";
import type { Call } from "./handler.ts";

/** A text in the place of a rung's own. */
export interface RungRequest {
  readonly ladder: LadderName;
  readonly variant: string;
  readonly text: string;
}

/** Speeds of a rung, in milliseconds for one run, and what was run. */
export interface RungSpeed {
  readonly work: string;
  readonly flops: number;
  readonly originalMs: number;
  /** Absent where the text is the rung's own. */
  readonly editedMs?: number;
}

/** Told when the GPU is the handler's own: from then on its time limit counts. */
export type Began = "began";

/** A device of its own that notices writes behind the end of a storage. */
let guarded: Promise<Device> | undefined;

function guardedDevice(): Promise<Device> {
  guarded ??= openDevice(navigator.gpu, { guarded: true }).then(
    (device) => {
      device.gpu.lost.then(() => {
        guarded = undefined;
      });
      return device;
    },
    (error: unknown) => {
      guarded = undefined;
      throw error;
    },
  );
  return guarded;
}

/** What the view "Kernel workshop" asks for. */
export const workshopHandlers = {
  /** Measures what the adapter can reach at all. */
  async workshopCeilings(gpu: GpuContext): Promise<Ceilings> {
    const device = await gpu.device();
    return gpu.turn(() => measureCeilings(device));
  },

  /** Times a rung's own text, and beside it another one that was found right. Says why where the adapter lacks what it needs. */
  async workshopTime(
    gpu: GpuContext,
    request: RungRequest,
    call: Call<Began>,
  ): Promise<RungSpeed | { readonly lacking: string }> {
    const { ladder, text } = request;
    const rung = knownRung(request);
    const device = await gpu.device();
    const lacking = rung.lacking(device.capabilities);
    if (lacking) return { lacking };
    const { name, work } = timedWork(ladder, device.adapter.software);
    return gpu.turn(async () => {
      call.tell("began");
      const texts = text === rung.text ? [text] : [rung.text, text];
      const [originalMs, editedMs] = await timeTexts(device, ladder, rung, texts);
      const edited = editedMs === undefined ? {} : { editedMs };
      return { work: name, flops: work.flops, originalMs: originalMs!, ...edited };
    });
  },

  /** Checks a text in a rung's place. */
  async workshopCheck(
    gpu: GpuContext,
    request: RungRequest,
    call: Call<Began>,
  ): Promise<RungVerdict | { readonly lacking: string }> {
    const rung = knownRung(request);
    const device = await guardedDevice();
    const lacking = rung.lacking(device.capabilities);
    if (lacking) return { lacking };
    return gpu.turn(() => {
      call.tell("began");
      return checkRung(device, request.ladder, rung, request.text);
    });
  },

  /** Checks the answer to an exercise. */
  async workshopExercise(
    gpu: GpuContext,
    { id, text }: { readonly id: string; readonly text: string },
    call: Call<Began>,
  ): Promise<Verdict> {
    const exercise = exerciseOf(id);
    if (!exercise) throw new UsageError(`there is no exercise "${id}"`);
    const device = await guardedDevice();
    return gpu.turn(() => {
      call.tell("began");
      return checkExercise(device, exercise, text);
    });
  },
};

function knownRung({ ladder, variant }: RungRequest): Rung {
  const rung = rungOf(ladder, variant);
  if (!rung) throw new UsageError(`the ladder ${ladder} has no rung "${variant}"`);
  return rung;
}
