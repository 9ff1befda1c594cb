import { currentGraph } from "../../src/autograd/record.ts";
import type { Node } from "../../src/autograd/tensor.ts";
import type { Capabilities } from "../../src/gpu/launch.ts";
import type { OpSpec, SpecCase } from "./spec.ts";

/** Capabilities for which launchers choose a variant, whatever the adapter at hand would get. */
export interface Forced {
  readonly variant: string;
  readonly capabilities: Partial<Capabilities>;
  /** Where the variant does not run on every adapter. */
  readonly runs?: (capabilities: Capabilities) => boolean;
}

/** The same calls of the same op, forward and gradients, by another variant of its kernels. */
export function forced(spec: OpSpec, { variant, capabilities, runs }: Forced): OpSpec {
  const by = (one: SpecCase): SpecCase => ({
    ...one,
    op: (...inputs) => launchedFor(capabilities, () => one.op(...inputs)),
  });
  return {
    name: `${spec.name} (${variant})`,
    draw: (draw) => by(spec.draw(draw)),
    ...(runs ? { runs } : {}),
    ...(spec.large ? { large: spec.large.map((make) => () => by(make())) } : {}),
  };
}

/** Calls `record` so that what it records, and the gradients of that, are launched as for other capabilities. */
export function launchedFor<R>(other: Partial<Capabilities>, record: () => R): R {
  const { nodes } = currentGraph("launchedFor");
  const first = nodes.length;
  const result = record();
  for (const node of nodes.slice(first)) Object.assign(node, changed(node, other));
  return result;
}

function changed({ lower, withEpilogue, vjp }: Node, other: Partial<Capabilities>): Partial<Node> {
  return {
    lower: (capabilities) => lower({ ...capabilities, ...other }),
    ...(withEpilogue
      ? {
          withEpilogue: (epilogue, output, capabilities) =>
            withEpilogue(epilogue, output, { ...capabilities, ...other }),
        }
      : {}),
    ...(vjp ? { vjp: (grads, needs) => launchedFor(other, () => vjp(grads, needs)) } : {}),
  };
}
