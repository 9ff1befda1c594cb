import { UsageError } from "../../errors.ts";
import { openDevice } from "../../gpu/adapter.ts";
import type { Device } from "../../gpu/device.ts";
import { type Ceilings, measureCeilings } from "../../kernels/ceiling/ceiling.ts";
import { checkRung, type RungVerdict } from "../workshop/check_rung.ts";
import { checkExercise } from "../workshop/exercise.ts";
import { casesOf } from "../workshop/exercise_cases.ts";
import { exerciseOf } from "../workshop/exercises.ts";
import { textOf } from "../workshop/ladder_texts.ts";
import { type LadderName, type Rung, rungOf } from "../workshop/ladders.ts";
import { lackingFor } from "../workshop/rung_support.ts";
import { timedWork, timeEdited, timeRung } from "../workshop/speed.ts";
import { TrialError } from "../workshop/trial.ts";
import { isRight, type Verdict } from "../workshop/verdict.ts";
import type { GpuContext } from "./gpu_context.ts";
import type { Call } from "./handler.ts";

/** A text in the place of a rung's own. */
export interface RungRequest {
  readonly ladder: LadderName;
  readonly variant: string;
  readonly text: string;
}

/** What a rung's own text takes. */
export interface RungSpeed {
  /** What was run, in words. */
  readonly work: string;
  readonly flops: number;
  readonly ms: number;
}

/** What an edited text takes beside the rung's own: both with their loops counted, and so a little slower than alone. */
export interface EditedSpeed {
  readonly originalMs: number;
  readonly editedMs: number;
}

/** Why an adapter cannot run a rung. */
export interface Lacking {
  readonly lacking: string;
}

export interface CheckedRung {
  readonly verdict: RungVerdict;
  readonly speed?: EditedSpeed;
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

  /** Times a rung's own text. Says why where the adapter lacks what it needs. */
  async workshopTime(gpu: GpuContext, request: Omit<RungRequest, "text">): Promise<RungSpeed | Lacking> {
    const rung = knownRung(request);
    const device = await gpu.device();
    const lacking = lackingFor(request.ladder, rung.variant, device.capabilities);
    if (lacking) return { lacking };
    const { name, work } = timedWork(request.ladder, device.adapter.software);
    return gpu.turn(async () => ({
      work: name,
      flops: work.flops,
      ms: await timeRung(device, request.ladder, rung),
    }));
  },

  /** Checks a text in a rung's place and, where it is right and another than the rung's own, times both. */
  async workshopCheck(gpu: GpuContext, request: RungRequest, call: Call<Began>): Promise<CheckedRung | Lacking> {
    const { ladder, text } = request;
    const rung = knownRung(request);
    const [device, checking] = [await gpu.device(), await guardedDevice()];
    const lacking = lackingFor(request.ladder, rung.variant, device.capabilities);
    if (lacking) return { lacking };
    return gpu.turn(async () => {
      call.tell("began");
      const verdict = await checkRung(checking, ladder, rung, text);
      if (!verdict.gradient || !isRight(verdict.oracle) || !isRight(verdict.gradient) || text === textOf(rung))
        return { verdict };
      try {
        const [originalMs, editedMs] = await timeEdited(device, ladder, rung, text);
        return { verdict, speed: { originalMs, editedMs } };
      } catch (error) {
        if (!(error instanceof TrialError) || error.kind === "bounds") throw error;
        return { verdict: { oracle: { kind: error.kind, complaints: error.complaints } } };
      }
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
      return checkExercise(device, exercise, casesOf(id), text);
    });
  },
};

function knownRung({ ladder, variant }: Omit<RungRequest, "text">): Rung {
  const rung = rungOf(ladder, variant);
  if (!rung) throw new UsageError(`the ladder ${ladder} has no rung "${variant}"`);
  return rung;
}
