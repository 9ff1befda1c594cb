import { Command, InvalidArgumentError, Option } from "commander";
import type { TuneMode } from "../src/autograd/tuner.ts";
import { listOf, oneOf } from "../src/cli/parse.ts";
import { RIVAL_NAMES, type RivalName } from "./rivals/rivals.ts";

/** What the command was asked for. */
export interface Options {
  readonly json?: string;
  readonly only?: RegExp;
  readonly quick?: boolean;
  /** False where --no-rivals was given. */
  readonly rivals: readonly RivalName[] | false;
  readonly ladder?: boolean;
  readonly scaling?: boolean;
  readonly compare?: string;
  readonly plot?: string;
  readonly from?: string;
  readonly markdown?: boolean;
  readonly toggles: readonly string[];
  readonly tune: TuneMode;
  readonly wasmThreads?: boolean;
  readonly firstStep?: string;
}

/** The command's options; the same for both runtimes but for `--first-step` and the toggles' default. */
export function benchCommand(name: string, toggles: readonly string[]): Command {
  return new Command(name)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .description("Times tailgrad against its rivals on this machine's adapter. See bench/README.md.")
    .option("--json <file>", "write everything, raw samples included")
    .option("--only <pattern>", "only work whose name matches (a regular expression, any case)", pattern)
    .option("--quick", "fewer samples: one where a run takes over a second")
    .option("--rivals <list>", `only these rivals (${RIVAL_NAMES.join(", ")})`, listOf(oneOf(RIVAL_NAMES)), [
      ...RIVAL_NAMES,
    ])
    .option("--no-rivals", "time tailgrad alone")
    .option("--ladder", "every rung of the matmul and conv2d ladders too")
    .option("--scaling", "how cost grows with batch and width too")
    .option("--compare <file>", "say what changed since this report of an earlier run")
    .option("--plot <folder>", "draw GFLOP/s against size and how cost grows, as SVG files")
    .option("--from <file>", "time nothing: print, compare and plot this report")
    .option("--markdown", "the closing tables as Markdown")
    .addOption(new Option("--tune <mode>", "choose our kernels by measuring them").choices(["on", "off"]).default("on"))
    .option("--toggles <list>", "Dawn toggles for everybody, or none", list, [...toggles]);
}

/** The command in Node. */
export function nodeCommand(): Command {
  return benchCommand("bench", ["disable_robustness", "skip_validation"])
    .option("--wasm-threads", "give jax-js's wasm the worker threads that it has in browsers but not in Node")
    .option("--first-step <step>", "used by the benchmark itself");
}

function pattern(text: string): RegExp {
  try {
    return new RegExp(text, "i");
  } catch {
    throw new InvalidArgumentError("it is not a regular expression");
  }
}

function list(text: string): string[] {
  return text === "none" ? [] : text.split(",").filter((name) => name !== "");
}
