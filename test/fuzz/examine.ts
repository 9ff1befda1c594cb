import { setTimeout } from "node:timers/promises";
import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { problemOf, type Session } from "./reader.ts";

/** No input may take longer. */
export const MOST_MS = 1000;
/** What one call may add to the heap, and to the buffers outside it. */
const MOST_CALL_HEAP_BYTES = 64 * 2 ** 20;
const MOST_CALL_BUFFER_BYTES = 8 * 2 ** 20;

/** What became of one input. */
export interface Examined {
  readonly accepted: boolean;
  readonly ms: number;
  readonly problem?: string;
}

const prototypes = [Object, Array, String, Number, Boolean, Function, RegExp, Map, Set, Uint8Array].map(
  ({ prototype }) => ({ prototype: prototype as object, keys: Reflect.ownKeys(prototype) }),
);

/** Gives a session one input: it must be accepted with all promises kept, or refused as a user should be. */
export async function examine(session: Session, names: string, input: Uint8Array): Promise<Examined> {
  const before = getHeapStatistics();
  const began = performance.now();
  let problem: string | undefined;
  let accepted = false;
  try {
    const reading = session.read(input);
    if (reading !== undefined) await reading;
    accepted = true;
  } catch (error) {
    problem = problemOf(error, names);
  }
  const ms = performance.now() - began;
  problem ??= allocated(before) ?? pollution();
  if (ms > MOST_MS) problem ??= `took ${ms.toFixed(0)} ms`;
  return { accepted, ms, ...(problem === undefined ? {} : { problem }) };
}

function allocated(before: ReturnType<typeof getHeapStatistics>): string | undefined {
  const after = getHeapStatistics();
  const heap = after.used_heap_size - before.used_heap_size;
  const buffers = after.external_memory - before.external_memory;
  if (heap <= MOST_CALL_HEAP_BYTES && buffers <= MOST_CALL_BUFFER_BYTES) return undefined;
  return `took ${heap} bytes of heap and ${buffers} of buffers`;
}

/** What an input has put where every object inherits it; taken away again, so that the next input is judged alone. */
function pollution(): string | undefined {
  let found: string | undefined;
  for (const { prototype, keys } of prototypes) {
    const now = Reflect.ownKeys(prototype);
    if (now.length === keys.length) continue;
    for (const key of now) {
      if (keys.includes(key)) continue;
      found = `polluted ${prototype.constructor.name}.prototype with ${JSON.stringify(String(key))}`;
      Reflect.deleteProperty(prototype, key);
    }
  }
  return found;
}

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Bytes in use once what nothing needs is gone; what streams hold goes a little later. */
export async function bytesInUse(): Promise<number> {
  collect();
  await setTimeout(20);
  collect();
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
}
