// Our programs beside what they are held against.

import type { Tfjs } from "../../bench/tfjs.ts";
import { CnnProgram, GanProgram, type LossMode } from "../../src/experiments/programs.ts";
import type { Device } from "../../src/gpu/device.ts";
import { Discriminator } from "../../src/models/discriminator.ts";
import { INFERENCE } from "../../src/models/module.ts";
import { Cgan64, type DenseGenerator } from "./cgan64.ts";
import { Cnn64 } from "./cnn64.ts";
import { type Comparison, compare, type Plan } from "./compare.ts";
import { TfjsCgan } from "./tfjs_cgan.ts";
import { TfjsCnn } from "./tfjs_cnn.ts";

export function cnnAgainstFloat64(device: Device, plan: Plan, loss: LossMode, rate = 5e-4): Promise<Comparison> {
  return compare(
    device,
    plan,
    () => new CnnProgram(plan.seed, loss, rate),
    (start) => new Cnn64(start, loss, rate),
  );
}

export function cganAgainstFloat64(
  device: Device,
  plan: Plan,
  generator: DenseGenerator,
  rate = 2e-4,
): Promise<Comparison> {
  const make = () => new GanProgram(generator, plan.seed, rate);
  return compare(device, plan, make, (start) => new Cgan64(generator, start, plan.seed, rate));
}

export function cnnAgainstTfjs(
  device: Device,
  { tf }: Tfjs,
  plan: Plan,
  loss: LossMode,
  rate = 5e-4,
): Promise<Comparison> {
  return compare(
    device,
    plan,
    () => new CnnProgram(plan.seed, loss, rate),
    (start) => new TfjsCnn(tf, start, loss, rate),
  );
}

/** Without dropout, whose numbers tfjs draws in its own way. */
export function cganAgainstTfjs(
  device: Device,
  { tf }: Tfjs,
  plan: Plan,
  generator: DenseGenerator,
  rate = 2e-4,
): Promise<Comparison> {
  const make = () => {
    const program = new GanProgram(generator, plan.seed, rate);
    const { discriminator } = program;
    // In inference its dropouts, and nothing else of it, are gone.
    discriminator.logits = (images, labels) =>
      Discriminator.prototype.logits.call(discriminator, images, labels, INFERENCE);
    return program;
  };
  return compare(device, plan, make, (start) => new TfjsCgan(tf, start, generator, plan.seed, rate));
}
