import { gunzip, isGzip } from "../../data/idx.ts";
import { DataError } from "../../errors.ts";
import type { Settings } from "../settings.ts";
import type { TrainingEvent } from "../worker/training/events.ts";

/*
 * A run that was recorded, for browsers without WebGPU: the events of a training with their times, as gzipped JSON. Grids have 16 greys,
 * two pixels a byte, in base64.
 */

/** A recorded run. */
export interface Recording {
  readonly adapter: string;
  readonly date: string;
  readonly settings: Settings;
  readonly events: readonly { readonly atMs: number; readonly event: TrainingEvent }[];
}

interface StoredRecording extends Omit<Recording, "events"> {
  readonly format: typeof FORMAT;
  readonly events: readonly { readonly atMs: number; readonly event: StoredEvent }[];
}

type GridEvent = Extract<TrainingEvent, { kind: "grid" }>;
type StoredEvent = Exclude<TrainingEvent, { kind: "grid" }> | (Omit<GridEvent, "images"> & { readonly greys: string });

const FORMAT = 1;
const MOST_BYTES = 2 ** 25;

/** The text of a recording's file, before gzip. */
export function recordingText({ events, ...rest }: Recording): string {
  const stored: StoredRecording = {
    format: FORMAT,
    ...rest,
    events: events.map(({ atMs, event }) => ({ atMs: Math.round(atMs), event: storedEvent(event) })),
  };
  return JSON.stringify(stored, (_key, value) => (typeof value === "number" ? Number(value.toPrecision(5)) : value));
}

/** Reads a recording's file. @throws DataError if it is damaged */
export async function readRecording(bytes: Uint8Array<ArrayBuffer>): Promise<Recording> {
  const name = "the recorded run";
  // Some servers unpack what ends in .gz.
  const text = new TextDecoder().decode(isGzip(bytes) ? await gunzip(bytes, name, MOST_BYTES) : bytes);
  let stored: StoredRecording;
  try {
    stored = JSON.parse(text) as StoredRecording;
  } catch (cause) {
    throw new DataError(`${name}: not valid JSON: damaged; load the page again`, { cause });
  }
  if (stored.format !== FORMAT)
    throw new DataError(`${name}: format ${stored.format}, must be ${FORMAT}; load the page again`);
  const { adapter, date, settings, events } = stored;
  return { adapter, date, settings, events: events.map(({ atMs, event }) => ({ atMs, event: loadedEvent(event) })) };
}

function storedEvent(event: TrainingEvent): StoredEvent {
  if (event.kind !== "grid") return event;
  const { images, ...rest } = event;
  let binary = "";
  for (let i = 0; i < images.length; i += 2) binary += String.fromCharCode((images[i]! & 0xf0) | (images[i + 1]! >> 4));
  return { ...rest, greys: btoa(binary) };
}

function loadedEvent(event: StoredEvent): TrainingEvent {
  if (event.kind !== "grid") return event;
  const { greys, ...rest } = event;
  const binary = atob(greys);
  const images = new Uint8Array(2 * binary.length);
  for (let i = 0; i < binary.length; i++) {
    const pair = binary.charCodeAt(i);
    images[2 * i] = (pair >> 4) * 17;
    images[2 * i + 1] = (pair & 15) * 17;
  }
  return { ...rest, images };
}
