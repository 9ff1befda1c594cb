import { type Command, Option } from "commander";
import { UsageError } from "../errors.ts";
import type { LossMode } from "../experiments/programs.ts";
import { isGenerator, REBALANCINGS, type Rebalancing } from "../experiments/rebalance.ts";
import { showCount, showSeconds } from "../experiments/report/numbers.ts";
import { cnnConfig, type GanConfig } from "../experiments/run_config.ts";
import { RunFolder } from "../experiments/run_folder_node.ts";
import type { Context } from "./context.ts";
import { chooseData } from "./data_source.ts";
import { evaluationJson, evaluationText } from "./evaluation_view.ts";
import { addDataOptions, addTrainingOptions, CNN_DEFAULTS, imbalanceOption, type TrainingFlags } from "./options.ts";
import { nonEmpty } from "./parse.ts";
import { defaultRunFolder } from "./run_name.ts";
import { type RunOrigin, readGanRun } from "./run_origin.ts";
import type { Terminal } from "./terminal.ts";
import { printProfile, profileJson, runTraining } from "./training.ts";

interface Flags extends TrainingFlags {
  readonly rebalance: Rebalancing;
  readonly loss: LossMode;
  readonly ganRun?: string;
}

const examples = `
Examples:
  $ tailgrad train cnn --imbalance 1/2 --rebalance upsampled
  $ tailgrad train cnn --dataset fashion-mnist --data-dir ~/fashion-mnist --max-steps 300 --seed 1
  $ tailgrad train cnn --rebalance small_mlp_cgan_leaky --gan-run runs/g --imbalance 1/2 --max-steps 300

With --gan-run, the data set and where it lies are the GAN's unless given.
Ctrl-C writes a checkpoint; the same command again goes on from it.
`;

/** `tailgrad train cnn`: trains the classifier on the rebalanced long tail and measures it on the test set. */
export function addTrainCnn(parent: Command, context: Context): void {
  const command = parent
    .command("cnn")
    .description("Train the classifier on the rebalanced long-tailed data set and measure it")
    .addOption(
      new Option("--rebalance <how>", "what fills the rare classes; a generator's name needs --gan-run")
        .choices(REBALANCINGS)
        .default("none"),
    )
    .addOption(new Option("--gan-run <folder>", "run of the GAN that makes the missing images").argParser(nonEmpty))
    .addOption(
      new Option("--loss <kind>", "cross-entropy on logits, or the paper's on softmax outputs")
        .choices(["plain", "paper"])
        .default("plain"),
    );
  addDataOptions(command, "that of --gan-run, else garments").addOption(
    imbalanceOption("that of --gan-run, else 1, the full set"),
  );
  addTrainingOptions(command, CNN_DEFAULTS, context)
    .addHelpText("after", examples)
    .action((flags: Flags) => trainCnnCommand(flags, context));
}

async function trainCnnCommand(flags: Flags, context: Context): Promise<void> {
  const terminal = context.open(flags);
  const { rebalance, loss, ganRun } = flags;
  const origin = ganRun === undefined ? undefined : readGanRun("--gan-run", ganRun);
  checkGenerator(rebalance, origin);
  const choice = chooseData(terminal, flags, origin);
  const imbalance = chooseImbalance(terminal, flags, origin);
  const words = ["cnn", rebalance, ...(loss === "paper" ? ["paper_loss"] : [])];
  const out = flags.out ?? defaultRunFolder({ ...flags, words, dataset: choice.dataset, imbalance }, CNN_DEFAULTS);
  const { batchSize, learningRate, seed } = flags;
  const { dataset } = choice;
  RunFolder.check(out, cnnConfig, { kind: "cnn", rebalance, loss, dataset, imbalance, batchSize, learningRate, seed });
  const trained = await runTraining({ context, terminal, flags, choice, imbalance, out }, async (options) => {
    const { trainCnn } = await import("../experiments/cnn_run_node.ts");
    return trainCnn({ ...options, rebalance, loss, ganRun });
  });
  const { summary, adapter, data } = trained;
  const { steps, seconds, evaluation, trainCounts, weights } = summary;
  const measured = { of: { run: out, step: steps }, evaluation, classNames: data.dataset.classNames, adapter };
  if (flags.json) {
    const profile = profileJson(flags, trained);
    return terminal.printJson({ ...evaluationJson(measured), seconds, trainCounts, weights, ...profile });
  }
  const count = (counts: readonly number[]) => showCount(counts.reduce((total, n) => total + n, 0));
  terminal.print(evaluationText(measured));
  terminal.print(
    `\ntrained on ${count(trainCounts.real)} real and ${count(trainCounts.synthetic)} synthetic images, ` +
      `${showSeconds(seconds)} this time; weights: ${weights}`,
  );
  printProfile(terminal, flags, trained);
  terminal.progress.message(`next: npx tailgrad evaluate --run ${out} --json`);
}

/** Refused here, before any data are loaded. */
function checkGenerator(rebalance: Rebalancing, origin: RunOrigin<GanConfig> | undefined): void {
  if (!isGenerator(rebalance)) return;
  if (!origin) {
    throw new UsageError(
      `--rebalance ${rebalance} needs a trained generator; run \`npx tailgrad train gan --gan ${rebalance}\` ` +
        "and name its folder with --gan-run",
    );
  }
  if (origin.config.gan !== rebalance) {
    throw new UsageError(
      `--rebalance ${rebalance} contradicts --gan-run ${origin.folder}, a run of ${origin.config.gan}; ` +
        `take --rebalance ${origin.config.gan} or name another run`,
    );
  }
}

function chooseImbalance(terminal: Terminal, flags: Flags, origin: RunOrigin<GanConfig> | undefined): string {
  const { progress } = terminal;
  if (!origin) return flags.imbalance ?? "1";
  const { config, folder } = origin;
  if (flags.imbalance === undefined) progress.message(`imbalance: ${config.imbalance}, as in --gan-run ${folder}`);
  const imbalance = flags.imbalance ?? config.imbalance;
  if (config.seed !== flags.seed && imbalance !== "1") {
    progress.warn(
      `--gan-run ${folder} drew its long tail with seed ${config.seed}, this run with ${flags.seed}: the images kept differ`,
    );
  }
  return imbalance;
}
