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
    if (next >= recording.value.events.length) rewind();
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
  rewind();
  if (!playing.value || !recording.value) return;
  clearTimeout(timer);
  schedule(recording.value.events);
}

function rewind(): void {
  next = 0;
  run.value = NO_RUN;
}

async function fetchRecording(): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch("./recorded_run.gz");
  if (!response.ok)
    throw new Error(`the recorded run is not beside this page (${response.status}); load the page again`);
  return new Uint8Array(await response.arrayBuffer());
}

/** Shows all that is due by now; where the browser is slow, several events at once. */
function schedule(events: Recording["events"]): void {
  const pace = REPLAY_MS / events.at(-1)!.atMs;
  const began = performance.now() - (events[next]?.atMs ?? 0) * pace;
  const show = () => {
    const due = performance.now() - began;
    let shown = run.value;
    for (let event = events[next]; event && event.atMs * pace <= due; event = events[next]) {
      shown = afterEvent(shown, event.event);
      next++;
    }
    run.value = shown;
    const following = events[next];
    if (following) timer = setTimeout(show, following.atMs * pace - due);
    else playing.value = false;
  };
  show();
}
