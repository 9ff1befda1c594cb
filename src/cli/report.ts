import type { Command } from "commander";
import { AdapterError } from "../errors.ts";
import type { Study } from "../experiments/report/study.ts";
import { readStudy, type StudyFiles } from "../experiments/report/study_node.ts";
import { type Context, commandLine } from "./context.ts";
import { type AdapterFlags, addAdapterOptions, addOutputOptions, type OutputFlags } from "./options.ts";
import { nonEmpty } from "./parse.ts";
import { withDevice } from "./session.ts";
import type { Terminal } from "./terminal.ts";

interface Flags extends OutputFlags, AdapterFlags {}

/** Of one kind there may be as many as GANs. */
const MOST_WARNINGS = 6;

const examples = `
Writes index.html into the folder, one page that asks nobody for anything, and
beside it figures/ (SVG and PNG) and tables/ (CSV and JSON; Table 1 as Markdown
and LaTeX too). Runs that are not finished are shown as such.

Examples:
  $ tailgrad report runs/small
  $ tailgrad report runs/smoke --json
`;

/** `tailgrad report`: what a reproduction came to, beside the paper. */
export function addReport(parent: Command, context: Context): void {
  const command = parent
    .command("report")
    .description("Write the report of a reproduction: tables, figures and curves beside the paper's")
    .argument("<folder>", "the folder of a `tailgrad reproduce`", nonEmpty);
  addOutputOptions(addAdapterOptions(command))
    .addHelpText("after", examples)
    .action((folder: string, flags: Flags) => reportCommand(folder, flags, context));
}

async function reportCommand(folder: string, flags: Flags, context: Context): Promise<void> {
  const terminal = context.open(flags);
  const files = readStudy(folder);
  const judgements = await judged(folder, files, flags, terminal);
  const study: Study = {
    ...files,
    synthetic: judgements.synthetic,
    problems: [...files.problems, ...judgements.problems],
    command: commandLine(context.argv),
    generatedAt: `${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC`,
  };
  const { problems } = study;
  for (const problem of problems.slice(0, MOST_WARNINGS)) terminal.progress.warn(problem);
  if (problems.length > MOST_WARNINGS) {
    terminal.progress.warn(
      `${problems.length - MOST_WARNINGS} more could not be read or measured; the report lists all`,
    );
  }
  const { studyReport } = await import("../experiments/report/study_report.ts");
  const { writeReport } = await import("../experiments/report/write_node.ts");
  const { page, pieces } = await writeReport(folder, studyReport(study), (text) => terminal.progress.warn(text));
  const all = [...study.rows, ...(study.midway?.states ?? [])].map(({ status }) => status);
  const count = (status: string) => all.filter((one) => one === status).length;
  const finished = count("finished");
  if (flags.json) {
    const states = Object.fromEntries([...new Set(all)].map((status) => [status, count(status)]));
    terminal.printJson({ report: page, pieces, rows: all.length, states, problems: study.problems });
    return;
  }
  const open = finished === all.length ? "" : `; ${all.length - finished} not finished, shown as such`;
  terminal.print(`report: ${page} (${finished} of ${all.length} rows${open}; ${pieces} files beside it)`);
}

/** The measures of synthetic images; where they cannot be taken, the report says why instead. */
async function judged(folder: string, files: StudyFiles, flags: Flags, terminal: Terminal) {
  const { findJudgements, measureSynthetic } = await import("../experiments/report/synthetic_node.ts");
  const judgements = findJudgements(folder, files);
  if (judgements.open.length === 0) return { synthetic: judgements.known, problems: [] };
  try {
    const { measures, problems } = await withDevice(terminal, flags, (device) =>
      measureSynthetic(device, folder, judgements, files.real, terminal.progress),
    );
    return { synthetic: measures, problems };
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    const why = `synthetic images of ${judgements.open.length} GANs could not be judged: ${error.message}`;
    return { synthetic: judgements.known, problems: [why] };
  }
}
