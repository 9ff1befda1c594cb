/**
 * tailgrad in Node: everything of the browser-safe entry, and devices through Dawn, files, and run folders.
 *
 * @module tailgrad/node
 */
export type { DownloadProgress } from "./data/download_node.ts";
export type { IdxFileInfo } from "./data/idx_dataset.ts";
export { type LoadedDataset, type LoadOptions, loadDataset } from "./data/load_node.ts";
export type { TracedStep } from "./experiments/batch_trainer.ts";
export { evaluateRun, trainCnn } from "./experiments/cnn_run_node.ts";
export type { Evaluation } from "./experiments/evaluation.ts";
export { type GridRequest, generateGrid, loadGenerator, trainGan } from "./experiments/gan_run_node.ts";
export type { GreyImage } from "./experiments/pictures.ts";
export type { LossMode } from "./experiments/programs.ts";
export type { Progress } from "./experiments/progress.ts";
export type { CnnRunOptions, GanRunOptions } from "./experiments/run_options.ts";
export type { CnnRunSummary, GanRunSummary } from "./experiments/run_result.ts";
export type { KernelTime, Trace } from "./experiments/trace.ts";
export { type NodeOptions, openNodeDevice } from "./gpu/node_dawn.ts";
export * from "./index.ts";
