import { GAN_BETA1, LEARNING_RATE, rebalancingOf, type Settings } from "../settings.ts";

/** The commands that train the same in Node, one a line. */
export function commandsOf(settings: Settings): string[] {
  const { data, imbalance, gan, fill, loss, seed, batch, ganSteps, cnnSteps } = settings;
  const source = data === "files" ? ["--dataset mine", "--data-dir FOLDER"] : [`--dataset ${data}`];
  const common = [
    ...source,
    `--imbalance ${imbalance}`,
    `--batch-size ${batch}`,
    `--learning-rate ${LEARNING_RATE}`,
    `--seed ${seed}`,
  ];
  const line = (...words: readonly string[]) => ["npx tailgrad", ...words].join(" ");
  // Enough epochs never end a run before its steps do.
  const until = (steps: number) => [`--epochs ${steps}`, `--max-steps ${steps}`];
  const cnn = ["train cnn", `--rebalance ${rebalancingOf(settings)}`];
  const ending = [...(loss === "paper" ? ["--loss paper"] : []), ...common, ...until(cnnSteps), "--out runs/cnn"];
  if (fill !== "cgan") return [line(...cnn, ...ending)];
  return [
    line(`train gan --gan ${gan}`, ...common, `--beta1 ${GAN_BETA1}`, ...until(ganSteps), "--out runs/gan"),
    line(...cnn, "--gan-run runs/gan", ...ending),
  ];
}
