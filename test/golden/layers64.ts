// Layers in float64, made of the oracles and their gradients, for whole networks that our training is compared with.

import { sizeOf } from "../../src/gpu/launch.ts";
import * as normalization from "../oracle/batch_norm.ts";
import { dropoutOracle } from "../oracle/dropout.ts";
import * as elements from "../oracle/elementwise.ts";
import { embedding, embeddingGradient } from "../oracle/embedding.ts";
import * as products from "../oracle/matmul.ts";
import { maxPool2d, maxPool2dGradient } from "../oracle/max_pool2d.ts";
import { type Array64, zeros } from "../support/arrays.ts";
import { conv3x3Gradient, conv3x3 as conv3x3Oracle } from "./conv3x3.ts";
import type { Parameter, RunningStatistics } from "./parameters64.ts";

/** What a layer gives for one batch. */
export interface Pass {
  readonly output: Array64;
  /** From the gradient by the output to that by the input; adds to the parameters' gradients. */
  readonly back: (gradient: Array64) => Array64;
}

export type Layer = (input: Array64) => Pass;

/** Layers one after another. */
export function sequence(layers: readonly Layer[]): Layer {
  return (input) => {
    const backs: Pass["back"][] = [];
    let output = input;
    for (const layer of layers) {
      const pass = layer(output);
      output = pass.output;
      backs.push(pass.back);
    }
    return { output, back: (gradient) => backs.reduceRight((g, back) => back(g), gradient) };
  };
}

/** A function of each element with its derivative at the element. */
const pointwise =
  (f: (x: Array64) => Array64, derivative: (v: number) => number): Layer =>
  (input) => ({
    output: f(input),
    back: (gradient) => elements.elementwise((g, v) => g * derivative(v), gradient, input),
  });

export const relu: Layer = pointwise(elements.relu, (v) => (v > 0 ? 1 : 0));

export const leakyRelu = (slope: number): Layer =>
  pointwise(
    (x) => elements.leakyRelu(x, slope),
    (v) => (v > 0 ? 1 : slope),
  );

export const tanh: Layer = pointwise(elements.tanh, (v) => 1 - Math.tanh(v) ** 2);

/** Drops and scales by the numbers of (seed, stream, step), gradients alike. */
export function dropout(rate: number, seed: number, stream: number, step: number): Layer {
  const masked = (x: Array64) => dropoutOracle(x, rate, seed, stream, step);
  return (input) => ({ output: masked(input), back: masked });
}

/** [N, ...] to [N, product of the rest]. */
export const flatten: Layer = (input) => ({
  output: { ...input, shape: [input.shape[0]!, sizeOf(input.shape.slice(1))] },
  back: (gradient) => ({ ...gradient, shape: input.shape }),
});

export function linear(weight: Parameter, bias: Parameter): Layer {
  return (input) => ({
    output: products.linear(input, weight.value, bias.value),
    back(gradient) {
      const [toInput, toWeight, toBias] = products.linearGradient(gradient, input, weight.value);
      addTo(weight, toWeight);
      addTo(bias, toBias);
      return toInput;
    },
  });
}

/** 3x3 convolution with padding 1. */
export function conv3x3(weight: Parameter, bias: Parameter): Layer {
  return (input) => ({
    output: conv3x3Oracle(input, weight.value, bias.value),
    back(gradient) {
      const [toInput, toWeight, toBias] = conv3x3Gradient(gradient, input, weight.value);
      addTo(weight, toWeight);
      addTo(bias, toBias);
      return toInput;
    },
  });
}

/** The largest of each 2x2 square. */
export const maxPool2: Layer = (input) => {
  const squares = { kernel: [2, 2], stride: [2, 2], padding: [0, 0] } as const;
  return { output: maxPool2d(input, squares), back: (gradient) => maxPool2dGradient(gradient, input, squares) };
};

/** Batch normalisation in training, eps 1e-5, momentum 0.1. */
export function batchNorm(gamma: Parameter, beta: Parameter, running: RunningStatistics): Layer {
  return (input) => {
    const { mean, variance } = normalization.movedStats(input, running, 0.1);
    running.mean = mean;
    running.variance = variance;
    return {
      output: normalization.batchNorm(input, gamma.value, beta.value),
      back(gradient) {
        const [toInput, toGamma, toBeta] = normalization.batchNormGradient(gradient, input, gamma.value);
        addTo(gamma, toGamma);
        addTo(beta, toBeta);
        return toInput;
      },
    };
  };
}

/** Rows [N, D], each followed by the row of the table that its label names. */
export function joinEmbedding(table: Parameter, labels: Array64): Layer {
  return (input) => {
    const [rows, width] = input.shape as [number, number];
    const chosen = embedding(labels, table.value);
    const size = chosen.shape[1]!;
    const output = zeros([rows, width + size]);
    for (let n = 0; n < rows; n++) {
      output.data.set(input.data.subarray(n * width, (n + 1) * width), n * (width + size));
      output.data.set(chosen.data.subarray(n * size, (n + 1) * size), n * (width + size) + width);
    }
    return {
      output,
      back(gradient) {
        const [toInput, toChosen] = [zeros(input.shape), zeros(chosen.shape)];
        for (let n = 0; n < rows; n++) {
          const row = gradient.data.subarray(n * (width + size), (n + 1) * (width + size));
          toInput.data.set(row.subarray(0, width), n * width);
          toChosen.data.set(row.subarray(width), n * size);
        }
        addTo(table, embeddingGradient(toChosen, labels, table.value));
        return toInput;
      },
    };
  };
}

function addTo({ gradient }: Parameter, added: Array64): void {
  for (let i = 0; i < gradient.length; i++) gradient[i]! += added.data[i]!;
}
