import type { GeneratorName } from "../../models/generator_names.ts";
import type { GanRun, Matrix, MatrixRow } from "./matrix.ts";
import type { PresetSizes } from "./presets.ts";

/** One run of the matrix as work to do. */
export type Task =
  | { readonly kind: "gan"; readonly run: GanRun; readonly work: number }
  | { readonly kind: "cnn"; readonly run: MatrixRow; readonly work: number };

/** GFLOP that training takes per image, as `tailgrad explain` counts them. */
export const GFLOP_PER_IMAGE: Readonly<Record<GeneratorName | "cnn", number>> = {
  cnn: 0.096,
  mlp_cgan_relu: 0.0293,
  mlp_cgan_leaky: 0.0293,
  small_mlp_cgan_leaky: 0.0237,
  big_mlp_cgan_leaky: 0.0343,
  dccgan_leaky: 4.0,
};

/** Inference of the classifier is a third of its training: one product instead of three. */
const INFERENCE_SHARE = 1 / 3;

/** The runs in the order of the matrix, each GAN just before the first row that needs it; work is in GFLOP. */
export function tasksOf({ gans, rows }: Matrix, sizes: PresetSizes, testImages: number): Task[] {
  const waiting = new Map(gans.map((run) => [run.key, run]));
  return rows.flatMap((row): Task[] => {
    const gan = row.gan === null ? undefined : waiting.get(row.gan);
    if (gan) waiting.delete(gan.key);
    return [
      ...(gan ? [{ kind: "gan" as const, run: gan, work: ganWork(gan, sizes) }] : []),
      { kind: "cnn", run: row, work: cnnWork(row, sizes, testImages) },
    ];
  });
}

function ganWork({ gan, steps }: GanRun, { gan: { batchSize } }: PresetSizes): number {
  return steps * batchSize * GFLOP_PER_IMAGE[gan];
}

function cnnWork({ steps, epochs }: MatrixRow, { cnn: { batchSize } }: PresetSizes, testImages: number): number {
  const evaluated = (epochs + 1) * testImages * INFERENCE_SHARE;
  return (steps * batchSize + evaluated) * GFLOP_PER_IMAGE.cnn;
}
