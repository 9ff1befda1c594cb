// Whole trainings against float64 and against tfjs: npm run golden [-- options]

import { writeFileSync } from "node:fs";
import { Option } from "commander";
import { openTfjs, type Tfjs } from "../../bench/tfjs.ts";
import type { LossMode } from "../../src/experiments/programs.ts";
import { openNodeDevice } from "../../src/gpu/node_dawn.ts";
import { count, positive, selected, suite, type Tally } from "../support/suite.ts";
import type { GradientError } from "./central_differences.ts";
import { DENSE_GENERATORS, type DenseGenerator } from "./cgan64.ts";
import type { Comparison, Plan } from "./compare.ts";
import { LIMITS, within } from "./limits.ts";
import { cganAgainstFloat64, cganAgainstTfjs, cnnAgainstFloat64, cnnAgainstTfjs } from "./pairs.ts";
import { cganGradientErrors, cnnGradientErrors } from "./small_networks.ts";
import { lossTable } from "./table.ts";

type Options = {
  readonly steps: number;
  readonly tfjsSteps: number;
  readonly cnnBatch: number;
  readonly cganBatch: number;
  readonly seed: number;
  readonly loss: LossMode;
  readonly cnnRate: number;
  readonly cganRate: number;
  readonly generator: DenseGenerator;
  readonly only?: readonly string[];
  readonly json?: string;
};

/** Steps over which the losses must agree with float64; the gaps of later ones are only shown. */
const COMPARED = 50;
/**
 * At the paper's 5e-4 a CNN of small batches doubles any difference every step or two, and one ulp in the first weights is a hundredth of the
 * loss by step 50, whoever computes; at this rate rounding stays what it is for long enough to be told from a fault.
 */
const CNN_RATE = 1e-4;
/** The same for the CGAN. At the paper's 2e-4 one ulp makes half a hundredth of a loss by step 50. */
const CGAN_RATE = 1e-4;
/** Step after which the tensors must agree with float64. */
const TENSORS_AT = 20;
/** Drawn garments: no multiple of the usual batch sizes, and few enough for several epochs in 200 steps. */
const ITEMS = 403;

/** A network's trainings and all that is printed of them. */
interface Network {
  readonly name: "cnn" | "cgan";
  readonly title: string;
  readonly columns: readonly string[];
  readonly batchSize: number;
  readonly gradients: () => readonly GradientError[];
  readonly float64: (plan: Plan) => Promise<Comparison>;
  readonly tfjs: (tfjs: Tfjs, plan: Plan) => Promise<Comparison>;
}

await suite<Options>(
  "golden",
  "Trains the paper's networks by our programs, and from the same start on the same data by float64 loops and by tfjs.",
  (command) =>
    command
      .option("--steps <count>", "steps against float64", count, 200)
      .option("--tfjs-steps <count>", "steps against tfjs", count, 5)
      .option("--cnn-batch <size>", "batch size of the CNN", count, 8)
      .option("--cgan-batch <size>", "batch size of the CGAN", count, 16)
      .option("--seed <seed>", "seed of weights, order, noise and dropout", count, 1)
      .addOption(new Option("--loss <mode>", "the CNN's loss").choices(["plain", "paper"]).default("plain"))
      .option("--cnn-rate <rate>", "the CNN's learning rate", positive, CNN_RATE)
      .option("--cgan-rate <rate>", "the CGAN's learning rate", positive, CGAN_RATE)
      .addOption(
        new Option("--generator <name>", "the CGAN's generator").choices(DENSE_GENERATORS).default("mlp_cgan_leaky"),
      )
      .addOption(
        new Option("--only <word...>", "parts that all the words name").choices(["float64", "tfjs", "cnn", "cgan"]),
      )
      .option("--json <file>", "write all losses and gaps"),
  run,
);

async function run(options: Options, tally: Tally): Promise<void> {
  const names = (rival: string) => (["cnn", "cgan"] as const).filter((name) => isWanted(options, name, rival));
  selected([...names("float64"), ...names("tfjs")], `--only ${options.only?.join(" ")}: no part has all these names`);
  const device = await openNodeDevice();
  const networks: Network[] = [
    {
      name: "cnn",
      title: `CNN, ${options.loss} loss, rate ${options.cnnRate}`,
      columns: ["loss"],
      batchSize: options.cnnBatch,
      gradients: () => cnnGradientErrors(options.loss),
      float64: (plan) => cnnAgainstFloat64(device, plan, options.loss, options.cnnRate),
      tfjs: (tfjs, plan) => cnnAgainstTfjs(device, tfjs, plan, options.loss, options.cnnRate),
    },
    {
      name: "cgan",
      title: `CGAN, ${options.generator}, rate ${options.cganRate}`,
      columns: ["lossD", "lossG"],
      batchSize: options.cganBatch,
      gradients: () => cganGradientErrors(options.generator),
      float64: (plan) => cganAgainstFloat64(device, plan, options.generator, options.cganRate),
      tfjs: (tfjs, plan) => cganAgainstTfjs(device, tfjs, plan, options.generator, options.cganRate),
    },
  ];
  const wanted = (rival: string) => networks.filter(({ name }) => isWanted(options, name, rival));
  const results: Record<string, Comparison> = {};
  try {
    console.log(`${device.adapter.name}, seed ${options.seed}, ${ITEMS} drawn garments`);
    console.log("one ulp's gap: what moving each first weight by one ulp does to our own losses, the largest so far");
    for (const network of wanted("float64")) {
      results[`${network.name} float64`] = await againstFloat64(network, options, tally);
    }
    const tfjs = wanted("tfjs").length > 0 ? await openTfjs([]) : undefined;
    for (const network of wanted("tfjs")) {
      results[`${network.name} tfjs`] = await againstTfjs(network, tfjs!, options, tally);
    }
    tfjs?.close();
  } finally {
    device.destroy();
  }
  if (options.json) {
    writeFileSync(options.json, `${JSON.stringify({ adapter: device.adapter.name, options, results }, null, 2)}\n`);
  }
}

/** Whether all words of `--only` name this network or this rival. */
function isWanted({ only = [] }: Options, network: string, rival: string): boolean {
  return only.every((word) => word === network || word === rival);
}

async function againstFloat64(network: Network, { steps, seed }: Options, tally: Tally): Promise<Comparison> {
  for (const { name, error } of network.gradients()) {
    await tally.check(`gradient of ${name} in float64`, () => within("its error", error, LIMITS.gradient));
  }
  console.log(`\n${network.title}, batch ${network.batchSize}, against float64`);
  const stateAt = Math.min(steps, TENSORS_AT);
  const plan = { steps, batchSize: network.batchSize, items: ITEMS, seed, stateAt, oneUlp: true };
  const result = await network.float64({ ...plan, onRow: lossTable(network.columns, "float64", plan) });
  const compared = result.rows.slice(0, COMPARED);
  for (const { step, gap } of compared) {
    await tally.check(`${network.name}, step ${step}`, () => within("the gap to float64", gap, LIMITS.loss));
  }
  for (const { name, gap } of result.tensors) {
    await tally.check(`${name} after ${stateAt} steps`, () => within("the gap to float64", gap, LIMITS.tensor));
  }
  const farthest = result.tensors.reduce((a, b) => (a.gap > b.gap ? a : b));
  console.log(
    `after ${stateAt} steps the tensor farthest from float64 is ${farthest.name}, by ${farthest.gap.toExponential(1)} of its way`,
  );
  printTimes(result, "float64");
  return result;
}

async function againstTfjs(network: Network, tfjs: Tfjs, options: Options, tally: Tally): Promise<Comparison> {
  const { tfjsSteps: steps, seed } = options;
  console.log(`\n${network.title}, batch ${network.batchSize}, no dropout, against tfjs`);
  const onRow = lossTable(network.columns, "tfjs", { steps });
  const result = await network.tfjs(tfjs, { steps, batchSize: network.batchSize, items: ITEMS, seed, onRow });
  for (const { step, difference } of result.rows) {
    await tally.check(`${network.name}, step ${step}`, () => within("the gap to tfjs", difference, LIMITS.tfjs));
  }
  printTimes(result, "tfjs");
  return result;
}

function printTimes({ seconds }: Comparison, rival: string): void {
  console.log(`ours took ${seconds.ours.toFixed(1)} s, ${rival} ${seconds.reference.toFixed(1)} s`);
}
