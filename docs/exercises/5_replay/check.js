import { equal, ok } from "node:assert/strict";
import { Rng } from "tailgrad/node";

/** A chain, a value that is kept for the way back, and steps drawn at random. */
export function check({ planSlots }) {
  const chain = Array.from({ length: 10 }, (_, i) => ({ bytes: 100, from: i, to: i + 1 }));
  measure(planSlots, chain, 200, "a chain of ten");
  // Three layers forward and back: what a layer made is read again on the way back.
  const network = [
    { bytes: 400, from: 0, to: 5 },
    { bytes: 300, from: 1, to: 4 },
    { bytes: 200, from: 2, to: 3 },
    { bytes: 200, from: 3, to: 4 },
    { bytes: 300, from: 4, to: 5 },
    { bytes: 400, from: 5, to: 6 },
  ];
  measure(planSlots, network, 1300, "three layers forward and back");
  const fit = [
    { bytes: 900, from: 0, to: 1 },
    { bytes: 100, from: 0, to: 1 },
    { bytes: 80, from: 2, to: 4 },
    { bytes: 850, from: 3, to: 4 },
  ];
  measure(planSlots, fit, 1000, "one that should leave the large slot free");
  const rng = new Rng(1, 0);
  for (let round = 0; round < 20; round++) {
    const storages = Array.from({ length: 30 }, (_, from) => ({
      bytes: 4 * rng.integer(1000),
      from,
      to: from + rng.integer(8),
    }));
    const alive = Math.max(
      ...storages.map(({ from }) => storages.filter((other) => other.from <= from && other.to >= from).length),
    );
    const slots = checked(planSlots, storages, "a step drawn at random");
    equal(new Set(slots).size, alive, `a step drawn at random, of whose storages at most ${alive} are alive at once`);
  }
}

function checked(planSlots, storages, what) {
  const slots = planSlots(storages);
  storages.forEach((a, i) => {
    storages.slice(0, i).forEach((b, j) => {
      ok(
        slots[i] !== slots[j] || a.from > b.to || b.from > a.to,
        `${what}: storages ${j} and ${i} share a slot while both live`,
      );
    });
  });
  return slots;
}

function measure(planSlots, storages, most, what) {
  const sizes = new Map();
  checked(planSlots, storages, what).forEach((slot, i) => {
    sizes.set(slot, Math.max(sizes.get(slot) ?? 0, storages[i].bytes));
  });
  const bytes = [...sizes.values()].reduce((all, size) => all + size, 0);
  ok(bytes <= most, `${what} takes ${bytes} bytes, but ${most} are enough`);
}
