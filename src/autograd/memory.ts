import type { Launch, Storage } from "../gpu/launch.ts";

/** Which slot (one buffer) each storage of a step uses, and how large the slots are. */
export interface MemoryPlan {
  readonly slotOf: ReadonlyMap<Storage, number>;
  readonly slotBytes: readonly number[];
  /** The largest storage of each slot, by the op that makes it. */
  readonly slotLabels: readonly string[];
  /** Sum of all storages, as if nothing were shared. */
  readonly unsharedBytes: number;
}

/**
 * Gives every storage of a step a slot. A storage is alive from the first launch that binds it to the last; storages
 * whose lives do not overlap share a slot (unless `share` is false), the best-fitting free one first. `pinned` storages (results to
 * be read afterwards) share with nothing; a storage within another one lives and dies with it. Persistent storages belong to their variables and are left out.
 */
export function planMemory(
  launches: readonly { readonly launch: Launch }[],
  pinned: ReadonlySet<Storage>,
  { share = true } = {},
): MemoryPlan {
  const lastUse = new Map<Storage, number>();
  launches.forEach(({ launch }, i) => {
    for (const { view } of launch.bindings) lastUse.set(view.storage.root, i);
  });
  const slotOf = new Map<Storage, number>();
  const slotBytes: number[] = [];
  let free: number[] = [];
  let unsharedBytes = 0;
  const slotLabels: string[] = [];
  const newSlot = ({ sizeBytes, label }: Storage) => {
    slotLabels.push(label);
    return slotBytes.push(sizeBytes) - 1;
  };
  for (const { root: storage } of pinned) {
    if (storage.persistent) continue;
    slotOf.set(storage, newSlot(storage));
    unsharedBytes += storage.sizeBytes;
  }
  launches.forEach(({ launch }, i) => {
    for (const { view } of launch.bindings) {
      const storage = view.storage.root;
      if (storage.persistent || slotOf.has(storage)) continue;
      unsharedBytes += storage.sizeBytes;
      const fitting = free.filter((slot) => slotBytes[slot]! >= storage.sizeBytes);
      const byFit = (fitting.length > 0 ? fitting : free).toSorted((a, b) => slotBytes[a]! - slotBytes[b]!);
      // Without a fitting slot, growing the largest free one costs less than a new one.
      const slot = fitting.length > 0 ? byFit[0] : byFit.at(-1);
      if (slot === undefined) slotOf.set(storage, newSlot(storage));
      else {
        if (storage.sizeBytes > slotBytes[slot]!) {
          slotBytes[slot] = storage.sizeBytes;
          slotLabels[slot] = storage.label;
        }
        slotOf.set(storage, slot);
        free = free.filter((other) => other !== slot);
      }
    }
    for (const storage of new Set(launch.bindings.map(({ view }) => view.storage.root))) {
      if (!share || storage.persistent || pinned.has(storage) || lastUse.get(storage) !== i) continue;
      free.push(slotOf.get(storage)!);
    }
  });
  return { slotOf, slotBytes, slotLabels, unsharedBytes };
}
