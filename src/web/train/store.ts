import { computed, effect, signal } from "@preact/signals";
import { UsageError } from "../../errors.ts";
import { adapter, ask, onLoss } from "../client.ts";
import { datasetInfo, loadData } from "../data_store.ts";
import { query, setQuery } from "../route.ts";
import { readAddress, type Settings, settingsQuery } from "../settings.ts";
import type { TrainEvent } from "../worker/train.ts";
import type { CheckpointBytes } from "../worker/training/checkpoint.ts";
import { afterEvent, NO_RUN, type Run } from "./run.ts";

/** What the training does. */
export type Status = "idle" | "starting" | "running" | "pausing" | "paused" | "done" | "failed";

/** As text, which is the same while the settings are, whatever else the address says. */
const settingsText = computed(() => JSON.stringify(readAddress(query.value).settings));
/** The settings, which the address holds. */
export const settings = computed<Settings>(() => JSON.parse(settingsText.value));
/** What the address said and cannot be meant, such as `seed=-1`, until that is dismissed. */
export const refusedWords = signal<readonly string[]>([]);
export const status = signal<Status>("idle");
export const run = signal<Run>(NO_RUN);
export const failure = signal<string | undefined>(undefined);
/** Slow motion: time between two steps. */
export const slow = signal(false);

/** Training, or about to. */
export const busy = computed(() => ["starting", "running", "pausing"].includes(status.value));
/** Whether the images are here to train on. */
export const hasImages = computed(() => datasetInfo(settings.value.data) !== undefined);

const SLOW_MS = 700;
/** Characters of a value that is refused. */
const MOST_SHOWN = 40;
/** A device that is lost again and again is not opened once more. */
const MOST_LOSSES = 3;

let opened = false;
let checkpoint: CheckpointBytes | undefined;
let losses = 0;
let lost = false;
let stop = new AbortController();

onLoss(() => {
  opened = false;
  lost = true;
});

/** Changes settings; a training of other settings ends. */
export function change(changes: Partial<Settings>): void {
  setQuery(settingsQuery({ ...settings.value, ...changes }));
}

/** Opens the training if it is not open, and waits until nothing runs in it. */
export async function ready(): Promise<void> {
  pause();
  await current;
  if (opened) return;
  const own = generation;
  status.value = "starting";
  const opening = open(own);
  current = opening.catch(() => undefined);
  try {
    await opening;
  } catch (error) {
    if (own === generation) status.value = "idle";
    throw error;
  }
  if (own !== generation) throw new UsageError("the training was reset meanwhile; do it again");
  status.value = "paused";
}

/** Does something with the opened training while nothing runs in it; one that ran goes on afterwards. */
export async function whilePaused<R>(work: () => Promise<R>): Promise<R> {
  const ran = busy.value;
  await ready();
  const own = generation;
  try {
    return await work();
  } finally {
    if (ran && own === generation && status.value === "paused") start();
  }
}

/** Starts, or goes on after a pause. */
export function start(): void {
  work({});
}

/** Trains one step. */
export function stepOnce(): void {
  work({ steps: 1 });
}

/** Stops after the present slice. */
export function pause(): void {
  if (status.value !== "running" && status.value !== "starting") return;
  status.value = "pausing";
  stop.abort();
}

/** Switches slow motion on or off, while it runs too. */
export async function setSlow(on: boolean): Promise<void> {
  slow.value = on;
  if (status.value !== "running") return;
  const own = generation;
  pause();
  await current;
  if (own === generation) start();
}

/** Ends the training and forgets it. */
export function reset(): void {
  stop.abort();
  if (opened) ask("trainClose", undefined).catch(() => undefined);
  opened = false;
  checkpoint = undefined;
  losses = 0;
  generation++;
  run.value = NO_RUN;
  failure.value = undefined;
  status.value = "idle";
}

/** Goes on to the classifier with the generator as it is. */
export async function toClassifier(): Promise<void> {
  const own = generation;
  pause();
  await current;
  if (own === generation) work({ next: true });
}

let current: Promise<void> = Promise.resolve();
/** Grows with every reset: what an older training still tells is not heard. */
let generation = 0;

function work(what: { readonly steps?: number; readonly next?: boolean }): void {
  if (busy.value) return;
  stop = new AbortController();
  failure.value = undefined;
  status.value = opened ? "running" : "starting";
  const [own, { signal: abort }] = [generation, stop];
  current = current.then(() => trainUntilStopped(what, own, abort));
}

async function trainUntilStopped(
  { steps, next }: { readonly steps?: number; readonly next?: boolean },
  own: number,
  abort: AbortSignal,
): Promise<void> {
  const onEvent = listen(own);
  while (own === generation) {
    lost = false;
    try {
      await open(own);
      if (own !== generation) return;
      if (next) await ask("trainNext", undefined, { onEvent });
      if (status.value === "starting") status.value = "running";
      const timing = { ...(steps === undefined ? {} : { steps }), ...(slow.value ? { slowMs: SLOW_MS } : {}) };
      const state = await ask("trainRun", timing, { onEvent, signal: abort });
      if (own === generation) status.value = state.done ? "done" : "paused";
      return;
    } catch (error) {
      if (own !== generation) return;
      // The news of a loss may come just after the error that it made.
      await new Promise((resolve) => setTimeout(resolve, 300));
      if (lost && losses++ < MOST_LOSSES && !abort.aborted) continue;
      status.value = "failed";
      failure.value = error instanceof Error ? error.message : String(error);
      return;
    }
  }
}

/** Opens the training; one that was reset meanwhile is closed again. */
async function open(own: number): Promise<void> {
  if (opened) return;
  const now = settings.value;
  await loadData(now.data);
  await ask("trainOpen", { settings: now, checkpoint }, { onEvent: listen(own) });
  if (own === generation) opened = true;
  else await ask("trainClose", undefined);
}

/** Hears events as long as nothing was reset since `own`. */
function listen(own: number): (event: TrainEvent) => void {
  return (event) => {
    if (own === generation) hear(event);
  };
}

/** Takes an event into what is shown. */
export function hear(event: TrainEvent): void {
  if (event.kind === "checkpoint") {
    checkpoint = event.bytes;
    return;
  }
  run.value = afterEvent(run.value, event);
  if (event.kind === "steps" && adapter.value) adapter.value = { ...adapter.value, bytesAlive: event.bytesAlive };
}

// What cannot be meant is told, and leaves the address.
effect(() => {
  const { refused } = readAddress(query.value);
  if (refused.length === 0) return;
  refusedWords.value = refused.map((key) => `${key}=${query.value.get(key)!.slice(0, MOST_SHOWN)}`);
  setQuery(Object.fromEntries(refused.map((key) => [key, undefined])));
});

// Whoever changed them, a field or the address: what was trained was trained with others.
effect(() => {
  settings.value;
  reset();
});
