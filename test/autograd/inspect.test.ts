import { expect, it } from "vitest";
import { compile } from "../../src/autograd/compile.ts";
import { grad } from "../../src/autograd/grad.ts";
import { log, mul, relu, sqrt, sub } from "../../src/autograd/ops/elementwise.ts";
import { matmul } from "../../src/autograd/ops/matmul.ts";
import { inScope } from "../../src/autograd/record.ts";
import { type Tensor, Variable } from "../../src/autograd/tensor.ts";
import { NumericsError } from "../../src/errors.ts";
import { testDevice } from "../support/device.ts";

const variable = (name: string, shape: readonly number[], ...values: number[]) =>
  new Variable(Float32Array.from(values), shape, { name });

async function inspected(record: () => Tensor): Promise<unknown> {
  const step = await compile(await testDevice(), () => ({ y: record() }));
  try {
    return await step.inspect().catch((error: unknown) => error);
  } finally {
    step.destroy();
  }
}

it("says nothing of numbers that are finite", async () => {
  expect(await inspected(() => sqrt(variable("w", [2], 0, 4)))).toBeUndefined();
});

it("names the op, the extremes of what it made and of what it read", async () => {
  const error = await inspected(() => log(variable("w", [3], 1, -2, 4)));
  expect(error).toBeInstanceOf(NumericsError);
  expect((error as Error).message).toMatch(
    /^log \(kernel log\) made NaN at element 1 of its result \[3\], 1 of 3 not finite, the others 0\.000 to 1\.386; it read w \[3\] of -2\.000 to 4\.000; /,
  );
});

it("names all ops of one kernel: which of them it was does not show from outside", async () => {
  const w = variable("w", [2], 1, -2);
  expect(String(await inspected(() => mul(log(sub(w, 0.5)), 2)))).toContain("sub log mul (one kernel) made NaN");
  const big = variable("big", [2, 2], 3e38, 3e38, 3e38, 3e38);
  expect(String(await inspected(() => relu(matmul(big, big))))).toMatch(
    /matmul relu \(one kernel\) made Infinity at element 0 of its result \[2, 2\], 4 of 4 not finite; it read big \[2, 2\] of 3\.000e\+38 to 3\.000e\+38, /,
  );
});

it("names the layer, and the weight by the name that the model gave it, forward and backward", async () => {
  const w = variable("weight", [2], 1, -2);
  w.name = "discriminator.hidden_layer1.0.weight";
  expect(String(await inspected(() => inScope("D", () => inScope("hidden1", () => log(w)))))).toMatch(
    /log \(kernel log\) in D\.hidden1 made NaN .* it read discriminator\.hidden_layer1\.0\.weight \[2\] of /,
  );
  const zero = variable("weight", [1], 0);
  zero.name = "generator.weight";
  const slope = () =>
    grad(
      inScope("G", () => sqrt(zero)),
      [zero],
    )[0]!;
  expect(String(await inspected(slope))).toMatch(/in the gradient of G made Infinity .* generator\.weight/);
});
