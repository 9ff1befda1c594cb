import { renameSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { DataError } from "../errors.ts";
import { attempt, readFileIfThere, sha256Hex, stageFile, syncFolder, writeFileAtomic } from "./files_node.ts";
import { MOST_JSON_BYTES } from "./json_bytes.ts";

/*
 * Two generations of a checkpoint, NAME.safetensors and NAME.previous.safetensors, and two lists of known checksums,
 * NAME.json and NAME.previous.json. A generation counts only if its SHA-256 is in a list, so the step that a file belongs
 * to follows from its content and not from its name. That makes each moment of a write safe to be killed at:
 *
 *   1. stage the new bytes             the old generations and lists stand
 *   2. write the copy: old ones        nothing new is known
 *   3. write the list: new, old ones   the old generations are still listed
 *   4. rename current to previous      no current, previous is the old current: listed
 *   5. rename staged to current        done
 *
 * And any one file may be damaged: without the current generation or the list, the previous generation and the copy
 * serve.
 */

const generationSchema = z.strictObject({
  step: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
const listSchema = z.strictObject({ generations: z.array(generationSchema) });
type Generation = z.infer<typeof generationSchema>;

/** A checkpoint as read back: its bytes, intact by SHA-256, and the training step they were written at. */
export interface Checkpoint {
  step: number;
  bytes: Uint8Array;
}

/** The names of the two generations of checkpoint `name`, the newer first. */
export function checkpointFiles(name: string): readonly [string, string] {
  return [`${name}.safetensors`, `${name}.previous.safetensors`];
}

/**
 * Makes `bytes` the current generation of checkpoint `name` in `folder`, and what was current the previous one, unless
 * that is damaged. `bytes` should hold the step too: of two checkpoints with the same bytes only the newer step is known.
 *
 * @throws DataError (disk full, no permission); the generations that were there can still be read
 */
export function writeCheckpoint(folder: string, name: string, step: number, bytes: Uint8Array): void {
  const [current, previous] = checkpointFiles(name).map((file) => join(folder, file)) as [string, string];
  const [list, listCopy] = listFiles(folder, name);
  const staged = stageFile(current, bytes);
  try {
    const known = readGenerations(folder, name, () => {});
    // Only what lies there stays listed: writes killed at 3 or 4 would fill the list with generations that never came.
    const currentNow = intactGeneration(current, known);
    const previousNow = intactGeneration(previous, known);
    const kept = [currentNow, previousNow].filter((generation) => generation !== undefined);
    writeFileAtomic(listCopy, listText(kept));
    writeFileAtomic(list, listText([{ step, sha256: sha256Hex(bytes) }, ...kept]));
    if (currentNow !== undefined) {
      attempt("rename", current, () => {
        renameSync(current, previous);
        syncFolder(folder);
      });
    }
    staged.commit();
  } finally {
    staged.discard();
  }
}

/**
 * The newest intact generation of checkpoint `name`, or undefined if none was written. A damaged or missing current
 * generation is reported to `onWarning` and the previous one taken.
 *
 * @throws DataError if there are files but none is intact
 */
export function readCheckpoint(
  folder: string,
  name: string,
  onWarning: (message: string) => void,
): Checkpoint | undefined {
  const generations = readGenerations(folder, name, onWarning);
  const problems: string[] = [];
  let found = false;
  for (const file of checkpointFiles(name)) {
    const path = join(folder, file);
    const bytes = readFileIfThere(path);
    if (bytes === undefined) {
      problems.push(`${path}: missing`);
      continue;
    }
    found = true;
    const sha256 = sha256Hex(bytes);
    const generation = generations.find((known) => known.sha256 === sha256);
    if (generation !== undefined) {
      for (const problem of problems) onWarning(`${problem}; going on from ${file}, step ${generation.step}`);
      return { step: generation.step, bytes };
    }
    problems.push(`${path}: SHA-256 ${sha256.slice(0, 12)}... is not of a checkpoint written here: damaged`);
  }
  if (!found) return undefined;
  throw new DataError(`${problems.join(", ")}; restore a copy, or choose another folder to start over`);
}

function listFiles(folder: string, name: string): [string, string] {
  return [join(folder, `${name}.json`), join(folder, `${name}.previous.json`)];
}

function listText(generations: readonly Generation[]): string {
  return `${JSON.stringify({ generations }, null, 2)}\n`;
}

/** What a file is by its content, or undefined if it is missing or damaged. */
function intactGeneration(path: string, known: readonly Generation[]): Generation | undefined {
  const bytes = readFileIfThere(path);
  if (bytes === undefined) return undefined;
  const sha256 = sha256Hex(bytes);
  return known.find((generation) => generation.sha256 === sha256);
}

/** The generations of both lists, the newest first, each once. */
function readGenerations(folder: string, name: string, onWarning: (message: string) => void): Generation[] {
  const all = new Map<string, Generation>();
  for (const path of listFiles(folder, name)) {
    const bytes = readFileIfThere(path, MOST_JSON_BYTES);
    if (bytes === undefined) continue;
    try {
      const { generations } = listSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
      for (const generation of generations) if (!all.has(generation.sha256)) all.set(generation.sha256, generation);
    } catch {
      onWarning(`${path}: damaged list of checkpoints; using its copy`);
    }
  }
  return [...all.values()];
}
