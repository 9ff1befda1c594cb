/** Files and folders with one thing wrong each, for the table of bad input. */
import { appendFileSync, copyFileSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeSafetensors } from "../../src/data/safetensors.ts";
import { type CnnConfig, cnnConfig, type GanConfig, ganConfig } from "../../src/experiments/run_config.ts";
import { RunFolder } from "../../src/experiments/run_folder_node.ts";
import { writeIdxFolder } from "./support.ts";

const COMMON = {
  dataset: "mine",
  datasetSha256: "0".repeat(64),
  imbalance: "1/2",
  batchSize: 8,
  learningRate: 2e-4,
  seed: 1,
} as const;
const GAN: GanConfig = { kind: "gan", gan: "small_mlp_cgan_leaky", beta1: 0.5, ...COMMON };
const CNN: CnnConfig = { kind: "cnn", rebalance: "none", loss: "plain", ...COMMON };

const IMAGES = "train-images-idx3-ubyte";
const LABELS = "train-labels-idx1-ubyte";

/** Writes all of them into `root`; the table names them relative to it. */
export function writePlaces(root: string): void {
  const at = (...parts: string[]) => join(root, ...parts);
  mkdirSync(at("empty"));
  writeFileSync(at("file"), "not what anybody asked for\n");
  writeData(at);
  writeRuns(at);
  writeWeights(at);
  writeConfigs(at);
}

type At = (...parts: string[]) => string;

function writeData(at: At): void {
  const folder = (name: string) => writeIdxFolder(at(name), 2, 1);
  folder("data");
  truncateSync(join(folder("data-cut"), IMAGES), 1000);
  appendFileSync(join(folder("data-long"), LABELS), "more");
  writeFileSync(join(folder("data-magic"), IMAGES), "PNG or so, but no IDX file at all");
  copyFileSync(join(folder("data-swapped"), LABELS), at("data-swapped", IMAGES));
  rmSync(join(folder("data-gzip"), IMAGES));
  writeFileSync(at("data-gzip", `${IMAGES}.gz`), "no gzip");
  const labels = readFileSync(join(folder("data-label"), LABELS));
  labels[8] = 200;
  writeFileSync(at("data-label", LABELS), labels);
  const counts = readFileSync(join(folder("data-counts"), LABELS));
  counts.writeUInt32BE(19, 4);
  writeFileSync(at("data-counts", LABELS), counts.subarray(0, counts.length - 1));
  mkdirSync(at("data-missing"));
  copyFileSync(at("data", IMAGES), at("data-missing", IMAGES));
}

function writeRuns(at: At): void {
  RunFolder.open(at("gan"), ganConfig, GAN).close();
  RunFolder.open(at("cnn"), cnnConfig, CNN).close();
  const damaged = RunFolder.open(at("damaged"), ganConfig, GAN);
  damaged.writeCheckpoint(3, writeSafetensors(new Map(), { step: "3" }));
  damaged.close();
  writeFileSync(at("damaged", "checkpoint.safetensors"), "torn");
  const foreign = RunFolder.open(at("foreign"), ganConfig, GAN);
  foreign.writeCheckpoint(3, writeSafetensors(new Map(), { step: "3" }));
  foreign.close();
  const run = (name: string, config: string) => {
    mkdirSync(at(name));
    writeFileSync(at(name, "config.json"), config);
  };
  run("run-json", "{");
  run("run-twice", '{"kind": "gan", "kind": "cnn"}');
  run("run-key", JSON.stringify({ ...GAN, more: 1 }));
  run("run-value", JSON.stringify({ ...GAN, seed: -1 }));
  run("run-kind", JSON.stringify({ ...GAN, kind: "rnn" }));
  run("run-list", "[]");
  run("run-metrics", JSON.stringify(GAN));
  writeFileSync(at("run-metrics", "metrics.jsonl"), "no json\n{}\n");
  mkdirSync(at("study"));
  writeFileSync(at("study", "reproduce.json"), "{}");
}

function writeWeights(at: At): void {
  const one = { dtype: "F32", shape: [2], data: Float32Array.of(1, 2) } as const;
  const bytes = writeSafetensors(new Map([["layers.0.weight", one]]));
  writeFileSync(at("other.safetensors"), bytes);
  writeFileSync(at("cut.safetensors"), bytes.subarray(0, bytes.length - 1));
  writeFileSync(at("tail.safetensors"), Buffer.concat([bytes, Buffer.from("more")]));
  writeFileSync(at("text.safetensors"), "these are no weights at all");
  writeFileSync(at("void.safetensors"), "");
  const huge = Buffer.alloc(16);
  huge.writeBigUInt64LE(2n ** 62n);
  writeFileSync(at("huge.safetensors"), huge);
}

function writeConfigs(at: At): void {
  writeFileSync(at("torn.json"), '{"seed": 1');
  writeFileSync(at("list.json"), "[]");
  writeFileSync(at("key.json"), '{"sed": 1}');
  writeFileSync(at("value.json"), '{"seed": "one"}');
  writeFileSync(at("choice.json"), '{"rebalance": "upsampeld"}');
  writeFileSync(at("twice.json"), '{"seed": 1, "seed": 2}');
  writeFileSync(at("flag.json"), '{"offline": "yes"}');
  writeFileSync(at("deep.json"), '{"seed": {"a": 1}}');
}
