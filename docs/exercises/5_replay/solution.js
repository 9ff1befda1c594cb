export function planSlots(storages) {
  const slots = []; // { bytes, until }
  return storages.map(({ bytes, from, to }) => {
    const free = slots.filter(({ until }) => until < from);
    const fitting = free.filter((slot) => slot.bytes >= bytes);
    const bySize = (a, b) => a.bytes - b.bytes;
    let slot = fitting.sort(bySize)[0] ?? free.sort(bySize).at(-1);
    if (!slot) {
      slot = { bytes: 0, until: -1 };
      slots.push(slot);
    }
    slot.bytes = Math.max(slot.bytes, bytes);
    slot.until = to;
    return slots.indexOf(slot);
  });
}
