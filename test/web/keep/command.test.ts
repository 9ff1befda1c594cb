import { expect, it } from "vitest";
import { commandsOf } from "../../../src/web/keep/command.ts";
import { DEFAULTS } from "../../../src/web/settings.ts";

it("a generator's filling takes two commands, the others one", () => {
  expect(commandsOf(DEFAULTS)).toEqual([
    "npx tailgrad train gan --gan small_mlp_cgan_leaky --dataset garments --imbalance 0.5 --batch-size 32 " +
      "--learning-rate 0.0005 --seed 1 --beta1 0.5 --epochs 1200 --max-steps 1200 --out runs/gan",
    "npx tailgrad train cnn --rebalance small_mlp_cgan_leaky --gan-run runs/gan --dataset garments --imbalance 0.5 " +
      "--batch-size 32 --learning-rate 0.0005 --seed 1 --epochs 100 --max-steps 100 --out runs/cnn",
  ]);
  expect(commandsOf({ ...DEFAULTS, fill: "upsampled-random", loss: "paper", data: "files" })).toEqual([
    "npx tailgrad train cnn --rebalance upsampled-random --loss paper --dataset mine --data-dir FOLDER --imbalance 0.5 " +
      "--batch-size 32 --learning-rate 0.0005 --seed 1 --epochs 100 --max-steps 100 --out runs/cnn",
  ]);
});
