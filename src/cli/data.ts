import { Argument, type Command, Option } from "commander";
import { classCounts } from "../data/dataset.ts";
import { KNOWN_DATASETS } from "../data/idx_catalog.ts";
import { fetchDataset, type LoadedDataset } from "../data/load_node.ts";
import { longTailCounts, parseImbalance } from "../data/long_tail.ts";
import { UsageError } from "../errors.ts";
import { showCount } from "../experiments/report/numbers.ts";
import type { Context } from "./context.ts";
import { chooseData, loadChosen, loadOptions } from "./data_source.ts";
import { addDataOptions, addOutputOptions, type DataFlags, imbalanceOption, type OutputFlags } from "./options.ts";
import { textTable } from "./table.ts";

interface InfoFlags extends OutputFlags, DataFlags {
  readonly imbalance?: string;
}

/** What `data fetch` takes unless told. */
const DEFAULT_FETCH = "fashion-mnist";

const examples = `
Examples:
  $ tailgrad data info --dataset garments
  $ tailgrad data fetch fashion-mnist
`;
const infoExamples = `
Examples:
  $ tailgrad data info
  $ tailgrad data info --dataset fashion-mnist --data-dir ~/fashion-mnist --imbalance 7/9
`;
const fetchExamples = `
Examples:
  $ tailgrad data fetch
  $ tailgrad data fetch mnist
  $ tailgrad data fetch --dataset mnist
  $ tailgrad data fetch fashion-mnist --offline    (only checks what is there)
`;

/** `tailgrad data fetch|info`. */
export function addData(parent: Command, context: Context): void {
  const data = parent.command("data").description("Look at data sets, or fetch them").addHelpText("after", examples);
  const info = data.command("info").description("Show sizes, images per class and checksums of a data set");
  addOutputOptions(addDataOptions(info).addOption(imbalanceOption("not shown")))
    .addHelpText("after", infoExamples)
    .action((flags: InfoFlags) => infoCommand(flags, context));
  const names = [...KNOWN_DATASETS.keys()];
  const fetch = data
    .command("fetch")
    .description("Download a data set to the cache folder, checksums verified")
    .addArgument(new Argument("[dataset]", `which one (default: ${DEFAULT_FETCH})`).choices(names))
    .addOption(new Option("--dataset <name>", "the same as an option").choices(names))
    .option("--offline", "never download: only check what the cache holds");
  addOutputOptions(fetch)
    .addHelpText("after", fetchExamples)
    .action((name: string | undefined, flags: OutputFlags & DataFlags) => fetchCommand(name, flags, context));
}

async function infoCommand(flags: InfoFlags, context: Context): Promise<void> {
  const terminal = context.open(flags);
  const loaded = await loadChosen(terminal, chooseData(terminal, flags), flags);
  const info = describeData(loaded, flags.imbalance);
  if (flags.json) terminal.printJson(info);
  else terminal.print(infoText(info));
}

async function fetchCommand(argument: string | undefined, flags: OutputFlags & DataFlags, context: Context) {
  const terminal = context.open(flags);
  if (argument !== undefined && flags.dataset !== undefined && argument !== flags.dataset) {
    throw new UsageError(`data fetch: got two data sets, ${argument} and --dataset ${flags.dataset}; give one`);
  }
  const name = argument ?? flags.dataset ?? DEFAULT_FETCH;
  const known = KNOWN_DATASETS.get(name);
  if (!known) {
    throw new UsageError(`data fetch: ${name} is none of ${[...KNOWN_DATASETS.keys()].join(", ")}; name one of them`);
  }
  let folder: string;
  try {
    folder = await fetchDataset(known, loadOptions(terminal.progress, flags));
  } finally {
    terminal.progress.stop();
  }
  if (flags.json) terminal.printJson({ dataset: name, folder, verified: true });
  else terminal.print(`${name}: 4 files, checksums verified, in ${folder}`);
}

/** A data set in figures, as `data info --json` prints it. */
export function describeData({ dataset, origin, files }: LoadedDataset, imbalance: string | undefined) {
  const { name, classes, classNames, height, width } = dataset;
  const train = classCounts(dataset.train.labels, classes);
  const test = classCounts(dataset.test.labels, classes);
  const tail = imbalance === undefined ? undefined : longTailCounts(train, parseImbalance(imbalance));
  return {
    dataset: name,
    origin,
    height,
    width,
    classes,
    trainImages: dataset.train.labels.length,
    testImages: dataset.test.labels.length,
    perClass: classNames.map((className, c) => ({
      class: c,
      name: className,
      train: train[c]!,
      test: test[c]!,
      ...(tail ? { longTail: tail[c]! } : {}),
    })),
    ...(imbalance !== undefined && tail ? { imbalance, longTailImages: sum(tail) } : {}),
    files,
  };
}

function infoText(info: ReturnType<typeof describeData>): string {
  const { imbalance } = info;
  const summary = [
    ["data set", `${info.dataset} (${info.origin})`],
    [
      "images",
      `${showCount(info.trainImages)} training, ${showCount(info.testImages)} test, ${info.height}x${info.width}, grey`,
    ],
    ...(imbalance === undefined
      ? []
      : [["long tail", `${showCount(info.longTailImages ?? 0)} training images at C = ${imbalance}`]]),
    ...info.files.map(({ path, sha256, verified }) => [
      "file",
      `${path}  sha256 ${sha256.slice(0, 12)}...  ${verified ? "verified" : "no known checksum"}`,
    ]),
  ];
  const tail = imbalance === undefined ? [] : [`C = ${imbalance}`];
  const table = [
    ["class", "name", "training", ...tail, "test"],
    ...info.perClass.map((row) => [
      String(row.class),
      row.name,
      showCount(row.train),
      ...(row.longTail === undefined ? [] : [showCount(row.longTail)]),
      showCount(row.test),
    ]),
  ];
  return `${textTable(summary, ["left", "left"])}\n\n${textTable(table, ["right", "left"])}`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
