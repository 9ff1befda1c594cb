/** tailgrad in Node: everything of the browser-safe entry, and devices through Dawn, files, and run folders. */
export { type LoadedDataset, type LoadOptions, loadDataset } from "./data/load_node.ts";
export { evaluateRun, trainCnn } from "./experiments/cnn_run_node.ts";
export { generateGrid, loadGenerator, trainGan } from "./experiments/gan_run_node.ts";
export type { CnnRunSummary, GanRunSummary } from "./experiments/run_result.ts";
export { type NodeOptions, openNodeDevice } from "./gpu/node_dawn.ts";
export * from "./index.ts";
