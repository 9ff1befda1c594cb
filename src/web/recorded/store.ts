import { signal } from "@preact/signals";
import { afterEvent, NO_RUN } from "../train/run.ts";
import { run } from "../train/store.ts";
import { type Recording, readRecording } from "./recording.ts";

/** The recording, once it was asked for. */
export const recording = signal<Recording | undefined>(undefined);
export const playing = signal(false);
export const recordingFailure = signal<string | undefined>(undefined);

/** A replay takes so long, however long the run took. */
const REPLAY_MS = 40_000;

let next = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Replays the recorded run, or goes on after a pause. */
export async function play(): Promise<void> {
  if (playing.value) return;
  playing.value = true;
  try {
    recording.value ??= await readRecording(await fetchRecording());
    if (next >= recording.value.events.length) restart();
    schedule(recording.value.events);
  } catch (error) {
    playing.value = false;
    recordingFailure.value = error instanceof Error ? error.message : String(error);
  }
}

/** Stops the replay where it is. */
export function pausePlay(): void {
  clearTimeout(timer);
  playing.value = false;
}

/** Back to the beginning. */
export function restart(): void {
  next = 0;
  run.value = NO_RUN;
}

async function fetchRecording(): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch("./recorded_run.gz");
  if (!response.ok)
    throw new Error(`the recorded run is not beside this page (${response.status}); load the page again`);
  return new Uint8Array(await response.arrayBuffer());
}

function schedule(events: Recording["events"]): void {
  const now = events[next];
  if (!now) {
    playing.value = false;
    return;
  }
  run.value = afterEvent(run.value, now.event);
  next++;
  const following = events[next];
  const pace = REPLAY_MS / events.at(-1)!.atMs;
  timer = setTimeout(() => schedule(events), following ? (following.atMs - now.atMs) * pace : 0);
}
