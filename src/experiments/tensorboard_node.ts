import { hostname } from "node:os";
import { join } from "node:path";
import { attempt, checkOwnFolder, makeFolder, withFile, writeAll } from "./files_node.ts";
import type { MetricsLine } from "./metrics_lines.ts";
import { encodeGreyPng, type GreyImage } from "./pictures.ts";
import { type EventContent, encodeRecord, type SummaryValue } from "./tensorboard_record.ts";

let filesMade = 0;

/** A file of events for TensorBoard, beside the metrics of a run: `tensorboard --logdir RUN` shows it. */
export class TensorBoardLog {
  readonly #path: string;

  constructor(runFolder: string) {
    const folder = join(runFolder, "tensorboard");
    checkOwnFolder(folder);
    makeFolder(folder);
    // TensorBoard reads the files of a folder in the order of their names.
    const seconds = String(Math.floor(Date.now() / 1000)).padStart(10, "0");
    const unique = `${hostname().replaceAll(/[^A-Za-z0-9-]/g, "_")}.${process.pid}.${filesMade++}`;
    this.#path = join(folder, `events.out.tfevents.${seconds}.${unique}`);
    this.#append({ fileVersion: "brain.Event:2" });
  }

  /** What earlier files hold of steps behind `step` will be measured again. */
  start(step: number): void {
    this.#append({ step: step + 1, sessionLog: { status: 1 } });
  }

  /** The numbers of some lines: losses as train/NAME, those of an evaluation as test/NAME, of a class as test/NAME/CLASS. */
  metrics(lines: readonly MetricsLine[]): void {
    const contents = lines.flatMap(({ step, epoch, test, ...losses }) => {
      const value = [...scalars("train", losses), ...scalars("test", test)];
      return value.length > 0 ? [{ step, summary: { value } }] : [];
    });
    this.#append(...contents);
  }

  /** A picture under `tag`. */
  picture(tag: string, step: number, image: GreyImage): void {
    const { width, height } = image;
    const encodedImageString = encodeGreyPng(image);
    const value = [{ tag, image: { width, height, colorspace: 1, encodedImageString } }] as const;
    this.#append({ step, summary: { value } });
  }

  #append(...contents: readonly EventContent[]): void {
    if (contents.length === 0) return;
    const wallTime = Date.now() / 1000;
    const bytes = Buffer.concat(contents.map((content) => encodeRecord(wallTime, content)));
    attempt("append", this.#path, () => withFile(this.#path, "a", (file) => writeAll(file, bytes)));
  }
}

/** All numbers of an object, those in a list by their place; other things are left out. */
function scalars(prefix: string, values: unknown): SummaryValue[] {
  if (typeof values !== "object" || values === null) return [];
  return Object.entries(values).flatMap(([name, value]): SummaryValue[] => {
    const tag = `${prefix}/${name}`;
    if (typeof value === "number") return [{ tag, simpleValue: value }];
    if (!Array.isArray(value) || !value.every((item) => typeof item === "number")) return [];
    return value.map((item, i) => ({ tag: `${tag}/${i}`, simpleValue: item }));
  });
}
