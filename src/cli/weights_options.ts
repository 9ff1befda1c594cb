import { type Command, Option } from "commander";
import { UsageError } from "../errors.ts";
import { fileNamed } from "./parse.ts";

/** What {@link addWeightsOptions} gives. */
export interface WeightsFlags<Model extends string> {
  readonly weights?: string;
  readonly model?: Model;
}

/** A weights file and what it is of. */
export interface Weights<Model extends string> {
  readonly file: string;
  readonly model: Model;
}

/** --weights and --model, to take a file instead of a run folder. */
export function addWeightsOptions(command: Command, models: readonly string[]): Command {
  return command
    .optionsGroup("Weights from a file:")
    .addOption(
      new Option("--weights <file>", "a safetensors file with PyTorch's names and layouts, instead of a run").argParser(
        fileNamed(".safetensors"),
      ),
    )
    .addOption(new Option("--model <name>", "what --weights is of").choices(models));
}

/** The weights file that a command was given, if it was; `run` is the run folder. Throws UsageError when half is said. */
export function chooseWeights<Model extends string>(
  run: string | undefined,
  { weights, model }: WeightsFlags<Model>,
  command: string,
): Weights<Model> | undefined {
  if (weights === undefined && model === undefined) return undefined;
  if (weights === undefined) {
    throw new UsageError(`${command}: --model ${model} says what --weights is of; give --weights too, or leave it out`);
  }
  if (run !== undefined) {
    throw new UsageError(`${command}: got a run folder, ${run}, and --weights ${weights}; give one`);
  }
  if (model === undefined) {
    throw new UsageError(`${command}: --weights ${weights} does not say of which model; name it with --model`);
  }
  return { file: weights, model };
}
