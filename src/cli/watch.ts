import { clearScreenDown, moveCursor } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { showCount } from "../experiments/report/numbers.ts";
import { lookAtRun, type RunLook } from "../experiments/run_look_node.ts";
import { showLoss } from "../experiments/show_loss.ts";
import { areaChart, valuesPerColumn } from "./chart.ts";
import type { Context } from "./context.ts";
import { Pace } from "./pace.ts";
import { nonEmpty } from "./parse.ts";
import { cutLines } from "./table.ts";

interface Flags {
  readonly json?: boolean;
  readonly once?: boolean;
}

const INTERVAL_MS = 1000;
const MOST_WIDTH = 100;
/** Rows of a loss's chart; with two losses and all else a screen of 24 holds it. */
const CHART_ROWS = 5;
/** Of an evaluation's figures those that matter most. */
const SHOWN_MEASURES = ["accuracy", "f1Macro", "gMean", "tailRecall", "loss"];

const examples = `
Reads what the run writes (config.json, metrics.jsonl) and disturbs nothing, so
it works on a running run, on one of another machine on the same disk, and on a
finished one. Ends with the run, or with Ctrl-C. Where stdout is no terminal it
looks once.

Examples:
  $ tailgrad watch runs/g
  $ tailgrad watch runs/c --once
  $ tailgrad watch runs/c --json
`;

/** `tailgrad watch`: losses and measures of a run, live. */
export function addWatch(parent: Command, context: Context): void {
  parent
    .command("watch")
    .description("Show a run's losses and measures in the terminal while it trains")
    .argument("<run>", "the run folder", nonEmpty)
    .option("--once", "look once and end")
    .option("--json", "print how the run stands as one JSON object, and end")
    .addHelpText("after", examples)
    .action((folder: string, flags: Flags) => watchCommand(folder, flags, context));
}

async function watchCommand(folder: string, flags: Flags, context: Context): Promise<void> {
  const terminal = context.open();
  const { stdout } = context.streams;
  if (flags.json) {
    const { losses, ...look } = lookAtRun(folder);
    const last = Object.fromEntries([...losses].map(([name, values]) => [name, values.at(-1)]));
    return terminal.printJson({ ...look, losses: last });
  }
  const width = () => Math.min(MOST_WIDTH, stdout.columns ?? MOST_WIDTH);
  if (flags.once || !stdout.isTTY) return terminal.print(lookText(lookAtRun(folder), width()));
  const pace = new Pace();
  let stopped = false;
  const stop = () => {
    stopped = true;
  };
  process.once("SIGINT", stop);
  let lines = 0;
  try {
    for (;;) {
      const look = lookAtRun(folder);
      pace.add(look.step, performance.now());
      const whole = lookText(look, width(), pace.rate());
      // A line that wraps would be two to take back; the last look stays.
      const text = look.state === "running" ? cutLines(whole, width()) : whole;
      moveCursor(stdout, 0, -lines);
      clearScreenDown(stdout);
      terminal.print(text);
      lines = text.split("\n").length;
      if (stopped || look.state !== "running") return;
      await sleep(INTERVAL_MS);
    }
  } finally {
    process.off("SIGINT", stop);
  }
}

/** How a run stands, for people, with charts of `width`; `rate` is in steps per second. */
export function lookText(look: RunLook, width: number, rate?: number): string {
  const { folder, config, state, step, epoch, losses, test } = look;
  const what = config.kind === "gan" ? `GAN ${config.gan}` : `classifier, ${config.rebalance}, ${config.loss} loss`;
  const { dataset, imbalance, batchSize, learningRate, seed } = config;
  const speed = rate === undefined ? "" : `, ${rate.toPrecision(3)} steps/s`;
  const head = [
    `${folder}: ${state}, step ${showCount(step)}, epoch ${epoch.toFixed(2)}${speed}`,
    `${what}; ${dataset}, imbalance ${imbalance}, batch ${batchSize}, learning rate ${learningRate}, seed ${seed}`,
  ];
  const charts = [...losses].flatMap(([name, values]) => {
    const per = valuesPerColumn(values.length, width);
    const note = per === 1 ? "" : `, the mean of ${per} steps a column`;
    return ["", `${name} ${showLoss(values.at(-1)!)}${note}`, ...areaChart(values, width, CHART_ROWS)];
  });
  const measures = SHOWN_MEASURES.flatMap((name) => {
    const value = test?.measures[name];
    return value === undefined ? [] : [`${name} ${value.toFixed(4)}`];
  });
  const tests = test ? ["", `test set, step ${showCount(test.step)}: ${measures.join(", ")}`] : [];
  const nothing = losses.size === 0 && !test ? ["", "nothing measured yet"] : [];
  return [...head, ...charts, ...tests, ...nothing, ...stoppedLines(look)].join("\n");
}

/** Why a run stopped, and what goes on from there. */
function stoppedLines({ state, failure, command }: RunLook): string[] {
  if (state !== "stopped") return [];
  if (failure === undefined) return command === undefined ? [] : ["", `go on from its checkpoint: ${command}`];
  const again = "to go another way, give a lower --learning-rate and a new --out";
  return ["", `ended by: ${failure}`, command === undefined ? again : `${again}: ${command}`];
}
