import { NumericsError } from "../errors.ts";
import type { Storage } from "../gpu/launch.ts";
import { describeExtremes } from "./extremes.ts";
import type { PlannedLaunch } from "./gather_parts.ts";
import type { Variable } from "./tensor.ts";

/**
 * Looks at what a part of a dispatch that has just run made. Throws NumericsError where a number is not finite: who made
 * it, for which layer, the extremes of the result and of what was read. `variables` are the step's, which what was read is named by;
 * `valuesOf` reads an f32 storage as it is now.
 */
export async function inspectPart(
  part: PlannedLaunch,
  variables: ReadonlySet<Variable>,
  valuesOf: (storage: Storage) => Promise<Float32Array>,
): Promise<void> {
  const { launch, node } = part;
  // A variable may lie packed with others, between bytes that belong to nobody.
  const changed = node.writes.map(({ storage, shape, dtype, name }) => ({ storage, shape, dtype, name }));
  for (const { view, access } of launch.bindings) {
    if (access !== "read" && !view.storage.root.persistent) changed.push({ ...view, name: "its result" });
  }
  for (const { storage, shape, dtype, name } of changed) {
    if (dtype !== "f32") continue;
    const values = await valuesOf(storage);
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad < 0) continue;
    throw new NumericsError(
      `${makerName(part)} made ${values[bad]} at element ${bad} of ${name} [${shape.join(", ")}], ` +
        `${describeExtremes(values)}${await describeInputs(part, variables, valuesOf)}; lower the learning rate or check the data`,
    );
  }
}

/** The op, and the layer or loss that it belongs to; where a kernel computes several, which cannot be told apart from outside, all of them. */
function makerName({ launch, node, product }: PlannedLaunch): string {
  const isFused = product !== undefined || (node.elementwise !== undefined && launch.kernel !== node.op);
  const { scope, backward } = product ?? node;
  const where = scope === "" ? "" : ` ${backward ? "in the gradient of" : "in"} ${scope}`;
  return isFused ? `${launch.kernel} (one kernel)${where}` : `${node.op} (kernel ${launch.kernel})${where}`;
}

/** "; it read w [2, 3] of -1.000 to 2.000, [3, 4] of ..."; what it changes in place is not what it read any more. */
async function describeInputs(
  { launch }: PlannedLaunch,
  variables: ReadonlySet<Variable>,
  valuesOf: (storage: Storage) => Promise<Float32Array>,
): Promise<string> {
  const told: string[] = [];
  const names = new Map([...variables].map(({ storage, name }) => [storage, name]));
  for (const { view, access } of launch.bindings) {
    const { storage, shape, dtype } = view;
    if (access !== "read" || dtype !== "f32") continue;
    const name = names.get(storage) ?? (storage.root.persistent ? storage.label : "");
    told.push(`${name && `${name} `}[${shape.join(", ")}] of ${describeExtremes(await valuesOf(storage))}`);
  }
  return told.length > 0 ? `; it read ${told.join(", ")}` : "";
}
