import { describe, expect, it } from "vitest";
import type { GradientError } from "./central_differences.ts";
import { DENSE_GENERATORS } from "./cgan64.ts";
import { LIMITS } from "./limits.ts";
import { cganGradientErrors, cnnGradientErrors } from "./small_networks.ts";

describe("gradients of the float64 networks are the slopes of their losses", () => {
  const check = (errors: readonly GradientError[], tensors: number) => {
    expect(errors).toHaveLength(tensors);
    for (const { name, error } of errors) expect(error, name).toBeLessThan(LIMITS.gradient);
  };

  for (const loss of ["plain", "paper"] as const) it(`cnn, ${loss} loss`, () => check(cnnGradientErrors(loss), 14));

  const tensors = { mlp_cgan_relu: 18, mlp_cgan_leaky: 18, small_mlp_cgan_leaky: 16, big_mlp_cgan_leaky: 26 };
  for (const name of DENSE_GENERATORS) it(name, () => check(cganGradientErrors(name), tensors[name]));
});
