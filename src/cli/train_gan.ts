import { type Command, Option } from "commander";
import { showSeconds } from "../experiments/report/numbers.ts";
import { ganConfig } from "../experiments/run_config.ts";
import { RunFolder } from "../experiments/run_folder_node.ts";
import { showLoss } from "../experiments/show_loss.ts";
import { GENERATOR_NAMES, type GeneratorName } from "../models/generator_names.ts";
import type { Context } from "./context.ts";
import { chooseData } from "./data_source.ts";
import { addDataOptions, addTrainingOptions, GAN_DEFAULTS, imbalanceOption, type TrainingFlags } from "./options.ts";
import { betaNumber } from "./parse.ts";
import { defaultRunFolder } from "./run_name.ts";
import { textTable } from "./table.ts";
import { printProfile, profileJson, runTraining } from "./training.ts";

/** Adam's first beta: at the paper's 0.9 the discriminator wins for thousands of steps, at 0.5 classes show by 1,500. */
const DEFAULT_BETA1 = 0.5;

interface Flags extends TrainingFlags {
  readonly gan: GeneratorName;
  readonly beta1: number;
}

const examples = `
Examples:
  $ tailgrad train gan --gan mlp_cgan_leaky --imbalance 1/2 --epochs 20
  $ tailgrad train gan --gan small_mlp_cgan_leaky --dataset fashion-mnist --data-dir ~/fashion-mnist \\
      --imbalance 1/2 --max-steps 1500 --out runs/g

Ctrl-C writes a checkpoint; the same command again goes on from it.
`;

/** `tailgrad train gan`: trains a conditional GAN on the upsampled long tail. */
export function addTrainGan(parent: Command, context: Context): void {
  const command = parent
    .command("gan")
    .description("Train a conditional GAN on the long-tailed data set")
    .addOption(
      new Option("--gan <name>", "the generator, by its name in the paper's Table 1")
        .choices(GENERATOR_NAMES)
        .default("mlp_cgan_leaky"),
    )
    .addOption(
      new Option("--beta1 <x>", "of Adam, from 0 to below 1; the paper has 0.9, which needs many more steps")
        .argParser(betaNumber)
        .default(DEFAULT_BETA1),
    );
  addDataOptions(command).addOption(imbalanceOption());
  addTrainingOptions(command, GAN_DEFAULTS, context)
    .addHelpText("after", examples)
    .action((flags: Flags) => trainGanCommand(flags, context));
}

async function trainGanCommand(flags: Flags, context: Context): Promise<void> {
  const terminal = context.open(flags);
  const choice = chooseData(terminal, flags);
  const imbalance = flags.imbalance ?? "1";
  const name = {
    ...flags,
    words: ["gan", flags.gan, ...(flags.beta1 === DEFAULT_BETA1 ? [] : [`beta${flags.beta1}`])],
    dataset: choice.dataset,
    imbalance,
  };
  const out = flags.out ?? defaultRunFolder(name, GAN_DEFAULTS);
  const { gan, beta1, batchSize, learningRate, seed } = flags;
  const { dataset } = choice;
  RunFolder.check(out, ganConfig, { kind: "gan", gan, beta1, dataset, imbalance, batchSize, learningRate, seed });
  const trained = await runTraining({ context, terminal, flags, choice, imbalance, out }, async (options) => {
    const { trainGan } = await import("../experiments/gan_run_node.ts");
    return trainGan({ ...options, gan, beta1 });
  });
  const { summary, adapter } = trained;
  if (flags.json) return terminal.printJson({ gan, ...summary, adapter, ...profileJson(flags, trained) });
  const { steps, seconds, lossD, lossG, grid, weights } = summary;
  const rows = [
    ["run", out],
    ["steps", `${steps} (${showSeconds(seconds)} this time)`],
    ["loss", `discriminator ${showLoss(lossD)}, generator ${showLoss(lossG)}`],
    ["samples", grid],
    ["weights", weights],
  ];
  terminal.print(textTable(rows, ["left", "left"]));
  printProfile(terminal, flags, trained);
  terminal.progress.message(`next: npx tailgrad generate --run ${out} --out grid.png`);
}
