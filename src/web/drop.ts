import { signal } from "@preact/signals";
import { dataFailure, takeFiles } from "./data_store.ts";
import { filesBelow } from "./keep/folder_files.ts";
import { takeFolder } from "./keep/report_store.ts";
import { takeWeights } from "./keep/weights_store.ts";
import { resetRace } from "./race/store.ts";
import { hrefOf, view } from "./route.ts";
import { change, reset, settings } from "./train/store.ts";

/** Something is being dragged over the page. */
export const dragging = signal(false);

/** Lets files be dropped anywhere: a folder is a run's, .safetensors are weights, the rest are images. */
export function listenForDrops(): void {
  let depth = 0;
  const change = (by: number) => {
    depth = Math.max(0, depth + by);
    dragging.value = depth > 0;
  };
  addEventListener("dragenter", () => change(1));
  addEventListener("dragleave", () => change(-1));
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    change(-depth);
    const entries = [...(event.dataTransfer?.items ?? [])].map((item) => item.webkitGetAsEntry());
    const files = [...(event.dataTransfer?.files ?? [])];
    take(entries, files);
  });
}

async function take(entries: readonly (FileSystemEntry | null)[], files: readonly File[]): Promise<void> {
  const folder = entries.find((entry) => entry?.isDirectory);
  if (folder) {
    location.hash = hrefOf("keep");
    await takeFolder(folder.name, () => filesBelow(folder as FileSystemDirectoryEntry));
    return;
  }
  const weights = files.find(({ name }) => name.endsWith(".safetensors"));
  if (weights) {
    location.hash = hrefOf("keep");
    await takeWeights(weights);
  } else if (files.length > 0) {
    if (view.value !== "race") location.hash = hrefOf("train");
    await takeImages(files);
  }
}

/** Chooses the images to train on; what went wrong with others is forgotten. */
export function chooseData(name: string): void {
  dataFailure.value = undefined;
  change({ data: name });
}

/** Takes dropped IDX files as the images to train on; where they will not do, all stays as it is. */
export async function takeImages(files: readonly File[]): Promise<void> {
  const { data } = settings.value;
  const name = await takeFiles(data === "garments" ? "files" : data, files);
  if (name === undefined) return;
  if (name !== settings.value.data) change({ data: name });
  else {
    reset();
    resetRace();
  }
}
