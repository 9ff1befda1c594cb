/**
 * Chapter 5. Each storage of a step has a size in bytes and lives from the dispatch that writes it to the last one that reads it, both
 * included. Give each a slot (0, 1, ...): two that are alive at the same dispatch need different ones, and a slot is as large as its
 * largest storage. As planMemory does it: in the order of `from`, take the free slot that fits best (the smallest that is large enough,
 * else the largest, which then grows), and a new one only where none is free.
 */
export function planSlots(storages) {
  return storages.map((_, i) => i);
}
