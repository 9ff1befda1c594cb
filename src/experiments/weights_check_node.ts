import { readSafetensors } from "../data/safetensors.ts";
import { DataError } from "../errors.ts";
import { readFileIfThere } from "./files_node.ts";

/**
 * The bytes of the weights that a finished run left. Those of the run's own end are not known, so what is refused is what
 * is no whole safetensors file: a missing one, a cut one. @throws DataError
 */
export function readRunWeights(file: string): Uint8Array {
  const bytes = readFileIfThere(file);
  if (bytes === undefined) throw damaged(file, "missing");
  try {
    readSafetensors(bytes, file);
  } catch (cause) {
    if (!(cause instanceof DataError)) throw cause;
    throw damaged(file, "no whole safetensors file: damaged", { cause });
  }
  return bytes;
}

function damaged(file: string, what: string, options?: ErrorOptions): DataError {
  const wayOut = "the command that trained this run writes it anew from the run's checkpoint";
  return new DataError(`${file}: ${what}, though its run is finished; ${wayOut}`, options);
}

/** Whether a finished run's weights are whole; tells what is wrong with them otherwise. */
export function areWhole(file: string, onWarning: (message: string) => void): boolean {
  try {
    readRunWeights(file);
    return true;
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    onWarning(error.message);
    return false;
  }
}
