import { signal } from "@preact/signals";
import { DataError } from "../../errors.ts";
import { ask } from "../client.ts";
import { change, hear, ready, settings, whilePaused } from "../train/store.ts";
import type { WeightsName } from "../worker/training/weights.ts";
import { download } from "./download.ts";

export const weightsNotice = signal<string | undefined>(undefined);
export const weightsFailure = signal<string | undefined>(undefined);

/** Ten times the largest network here. */
const MOST_BYTES = 2 ** 27;

/** Saves a network's weights as the file that the command would write. */
export function saveWeights(name: WeightsName): Promise<void> {
  return attempt(async () => {
    const bytes = await whilePaused(() => ask("weightsOut", { name }));
    if (!bytes)
      throw new Error(`there is no ${name === "cnn" ? "classifier" : name} in this training yet: train on first`);
    download(`${name}.safetensors`, bytes);
    return `${name}.safetensors: ${bytes.length} bytes`;
  });
}

/** Puts a dropped file's weights into the training, which becomes one of that generator. */
export function takeWeights(file: File): Promise<void> {
  return attempt(async () => {
    if (file.size > MOST_BYTES) {
      throw new DataError(
        `${file.name}: ${file.size} bytes, more than the ${MOST_BYTES} allowed; drop weights of a network here`,
      );
    }
    const bytes = new Uint8Array(await file.arrayBuffer());
    const kind = await ask("weightsKind", { file: file.name, bytes });
    if (kind.name === "generator" && (settings.value.gan !== kind.gan || settings.value.fill !== "cgan")) {
      change({ gan: kind.gan, fill: "cgan" });
    }
    await ready();
    await ask("weightsIn", { file: file.name, bytes }, { onEvent: hear });
    const what = kind.name === "generator" ? kind.gan : kind.name;
    return `${file.name}: weights of ${what}, now in the training`;
  });
}

async function attempt(work: () => Promise<string>): Promise<void> {
  weightsFailure.value = undefined;
  weightsNotice.value = "working";
  try {
    weightsNotice.value = await work();
  } catch (error) {
    weightsNotice.value = undefined;
    weightsFailure.value = error instanceof Error ? error.message : String(error);
  }
}
