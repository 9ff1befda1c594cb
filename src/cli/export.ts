import { dirname, extname } from "node:path";
import { type Command, Option } from "commander";
import type { ExportedModel, ExportFormat } from "../experiments/export_node.ts";
import { makeFolder, sha256Hex, writeFileAtomic } from "../experiments/files_node.ts";
import { GENERATOR_NAMES } from "../models/generator_names.ts";
import type { Context } from "./context.ts";
import { addOutputOptions, type OutputFlags } from "./options.ts";
import { packageVersion } from "./package_info.ts";
import { fileNamed, nonEmpty } from "./parse.ts";
import { chooseRun } from "./run_origin.ts";
import { addWeightsOptions, chooseWeights, type WeightsFlags } from "./weights_options.ts";

interface Flags extends OutputFlags, WeightsFlags<ExportedModel> {
  readonly run?: string;
  readonly out: string;
}

const examples = `
The ending says the form:
  .onnx         for inference anywhere. A generator takes noise [N, 100] and
                labels int64 [N] and gives images [N, 1, 28, 28] from -1 to 1;
                the classifier takes such images and gives logits [N, 10]
  .safetensors  the weights by PyTorch's names and layouts, for load_state_dict
                and for --weights

Examples:
  $ tailgrad export --run runs/g --out generator.onnx
  $ tailgrad export --run runs/c --out cnn.safetensors
  $ tailgrad export --weights generator.safetensors --model mlp_cgan_leaky --out generator.onnx
`;

/** `tailgrad export`: writes a trained model in a form that other programs read. */
export function addExport(parent: Command, context: Context): void {
  const command = parent
    .command("export")
    .description("Write a trained generator or classifier as ONNX or safetensors")
    .argument("[run]", "the run folder, instead of --run", nonEmpty)
    .addOption(new Option("--run <folder>", "run folder of a GAN or a classifier").argParser(nonEmpty))
    .addOption(
      new Option("--out <file>", "the file to write, .onnx or .safetensors")
        .argParser(fileNamed(".onnx", ".safetensors"))
        .makeOptionMandatory(),
    );
  addWeightsOptions(command, ["cnn", ...GENERATOR_NAMES]);
  addOutputOptions(command)
    .addHelpText("after", examples)
    .action((argument: string | undefined, flags: Flags) => exportCommand(argument, flags, context));
}

async function exportCommand(argument: string | undefined, flags: Flags, context: Context): Promise<void> {
  const terminal = context.open(flags);
  const { out } = flags;
  const weights = chooseWeights(argument ?? flags.run, flags, "export");
  const run = weights ? undefined : chooseRun(argument, flags.run, "export");
  const { exportModel, loadRunModel, loadWeightsModel } = await import("../experiments/export_node.ts");
  const loaded = weights
    ? loadWeightsModel(weights.file, weights.model)
    : loadRunModel(run!, (text) => terminal.progress.warn(text));
  const format = extname(out).slice(1).toLowerCase() as ExportFormat;
  const { bytes, tensors } = await exportModel(loaded, format, packageVersion());
  makeFolder(dirname(out));
  writeFileAtomic(out, bytes);
  if (flags.json) {
    const origin = weights ? { weights: weights.file } : { run };
    const size = { tensors: tensors.size, sizeBytes: bytes.length, sha256: sha256Hex(bytes) };
    terminal.printJson({ out, ...origin, model: loaded.name, format, ...size });
  } else {
    terminal.print(`${out}: ${loaded.name} with ${tensors.size} tensors, ${(bytes.length / 1e6).toFixed(1)} MB`);
  }
}
