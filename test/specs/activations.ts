import { leakyRelu, relu, sigmoid, tanh } from "../../src/autograd/ops/elementwise.ts";
import type { Tensor } from "../../src/autograd/tensor.ts";
import type { Array64 } from "../support/arrays.ts";
import type { Draw } from "./draw.ts";
import type { OpSpec, SpecCase } from "./spec.ts";

/** An activation that a product applies before it stores its result. */
export interface Activation {
  readonly name: string;
  readonly op: (x: Tensor) => Tensor;
  readonly value: (x: number) => number;
  readonly slope: (x: number) => number;
  /** Whether the slope jumps at 0. */
  readonly kinked?: boolean;
  readonly absolute?: number;
}

const SLOPE = Math.fround(0.2);

export const ACTIVATIONS: readonly Activation[] = [
  { name: "relu", op: relu, value: (x) => Math.max(0, x), slope: (x) => Number(x > 0), kinked: true },
  {
    name: "leakyRelu",
    op: (x) => leakyRelu(x, SLOPE),
    value: (x) => (x < 0 ? SLOPE * x : x),
    slope: (x) => (x > 0 ? 1 : SLOPE),
    kinked: true,
  },
  // WGSL allows tanh an absolute error of 1e-5.
  { name: "tanh", op: tanh, value: Math.tanh, slope: (x) => 1 - Math.tanh(x) ** 2, absolute: 1e-5 },
  {
    name: "sigmoid",
    op: sigmoid,
    value: (x) => 1 / (1 + Math.exp(-x)),
    slope: (x) => 1 / (2 + Math.exp(x) + Math.exp(-x)),
  },
];

/** One of the activations, or none. */
export function drawActivation(draw: Draw): Activation | undefined {
  return draw.pick([undefined, ...ACTIVATIONS]);
}

/** Draws a case of `spec`, followed by an activation. */
export function followedBy(draw: Draw, spec: Pick<OpSpec, "draw">, activation: Activation | undefined): SpecCase {
  for (;;) {
    const one = spec.draw(draw);
    if (!activation) return one;
    if (!activation.kinked || isClear(one.oracle(...one.inputs))) return activated(one, activation);
  }
}

/** True where no value is so near to 0 that a small step passes it. An exact 0 is a sum of nothing: no step moves it. */
function isClear(x: Array64): boolean {
  return x.data.every((value) => value === 0 || Math.abs(value) > 3e-5);
}

function activated(one: SpecCase, { name, op, value, slope, absolute = 0 }: Activation): SpecCase {
  const map = (x: Array64, f: (v: number, i: number) => number): Array64 => ({ ...x, data: x.data.map(f) });
  const { gradient } = one;
  return {
    ...one,
    label: `${one.label}, ${name}`,
    op: (...inputs) => op(one.op(...inputs)),
    oracle: (...inputs) => map(one.oracle(...inputs), (v) => value(v)),
    ...(gradient
      ? {
          gradient: (g, ...inputs) => {
            const x = one.oracle(...inputs);
            return gradient(
              map(g, (v, i) => v * slope(x.data[i]!)),
              ...inputs,
            );
          },
        }
      : {}),
    absolute: Math.max(one.absolute ?? 1e-6, absolute),
    gradientAbsolute: Math.max(one.gradientAbsolute ?? one.absolute ?? 1e-6, absolute),
  };
}
