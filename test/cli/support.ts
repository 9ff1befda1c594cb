/** Runs the command inside the test's process, with its streams caught. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import { main } from "../../src/cli/program.ts";
import type { Streams } from "../../src/cli/terminal.ts";
import { garments } from "../../src/data/garments.ts";

/** A stream that keeps what is written; `isTTY` makes it pass for a terminal. */
export class CaughtStream extends Writable {
  text = "";
  constructor(
    readonly isTTY = false,
    readonly columns = 80,
  ) {
    super();
  }
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

/** Exit code and output of one command line. */
export async function run(...argv: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const streams = { stdout: new CaughtStream(), stderr: new CaughtStream() } satisfies Streams;
  const code = await main(argv, streams);
  return { code, stdout: streams.stdout.text, stderr: streams.stderr.text };
}

/** Writes a small data set of garments as four IDX files into `folder`. */
export function writeIdxFolder(folder: string, trainPerClass = 20, testPerClass = 3): string {
  mkdirSync(folder, { recursive: true });
  const { train, test } = garments({ trainPerClass, testPerClass });
  for (const [name, { images, labels }] of [
    ["train", train],
    ["t10k", test],
  ] as const) {
    writeFileSync(join(folder, `${name}-images-idx3-ubyte`), idx([labels.length, 28, 28], images));
    writeFileSync(join(folder, `${name}-labels-idx1-ubyte`), idx([labels.length], labels));
  }
  return folder;
}

function idx(shape: readonly number[], data: Uint8Array): Uint8Array {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.writeUInt32BE(0x800 + shape.length);
  shape.forEach((size, axis) => {
    header.writeUInt32BE(size, 4 + 4 * axis);
  });
  return Buffer.concat([header, data]);
}
