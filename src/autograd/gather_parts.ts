import { type Launch, Storage } from "../gpu/launch.ts";
import { launchAssign } from "../kernels/state/state.ts";
import type { Lowered } from "./fuse.ts";
import type { Gathering, Node } from "./tensor.ts";

/** A launch, the recorded node that it serves, and the product that computes that node in its epilogue. */
export interface PlannedLaunch {
  readonly launch: Launch;
  readonly node: Node;
  readonly product?: Node | undefined;
}

/** All launches in order, with what some nodes want side by side made, or copied, there. `pinned` storages stay where they are. */
export function placeParts(lowered: readonly Lowered[], pinned: ReadonlySet<Storage>): PlannedLaunch[] {
  const planned: PlannedLaunch[] = [];
  for (const { node, product, launches } of lowered) {
    const earlier = planned.map(({ launch }) => launch);
    const copies = node.gathers ? gatherParts(node.gathers, earlier, pinned) : [];
    for (const launch of [...copies, ...launches])
      if (!launch.workgroups.includes(0)) planned.push({ launch, node, product });
  }
  return planned;
}

/**
 * Serves a node that wants its inputs side by side (an optimizer its gradients, a concatenation its parts): what made such an input,
 * one of `earlier`, writes it there right away. Returns copies for where that cannot be: results of the step, variables, tensors
 * wanted twice, and where one dispatch would read and write the joint storage.
 */
function gatherParts(
  { parts, offsets, into }: Gathering,
  earlier: readonly Launch[],
  pinned: ReadonlySet<Storage>,
): Launch[] {
  const made = new Set<Storage>();
  for (const { bindings } of earlier) {
    for (const { view, access } of bindings) if (access !== "read") made.add(view.storage);
  }
  const copies: Launch[] = [];
  parts.forEach((part, i) => {
    const { storage, shape, dtype } = part;
    const window = { within: into, offset: offsets[i]! };
    const once = parts.filter((other) => other.storage === storage).length === 1;
    if (once && !storage.persistent && !storage.place && !pinned.has(storage) && made.has(storage)) {
      storage.place = window;
      if (!earlier.some((launch) => mixes(launch, into))) return;
      storage.place = undefined;
    }
    const copy = new Storage(storage.sizeBytes, into.label);
    copy.place = window;
    copies.push(launchAssign({ storage: copy, shape, dtype }, part, false));
  });
  return copies;
}

/** Whether a dispatch would both read and write `storage`, which WebGPU forbids even for different parts of it. */
function mixes(launch: Launch, storage: Storage): boolean {
  const uses = launch.bindings.filter(({ view }) => view.storage.root === storage);
  return uses.some(({ access }) => access === "read") && uses.some(({ access }) => access !== "read");
}
