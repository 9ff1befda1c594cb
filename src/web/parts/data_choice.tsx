import { dataFailure, dataProgress, datasetInfo, fetchData } from "../data_store.ts";
import { chooseData, takeImages } from "../drop.ts";
import { DATA_NAMES } from "../settings.ts";
import { settings } from "../train/store.ts";

const TEXTS: Readonly<Record<(typeof DATA_NAMES)[number], string>> = {
  garments: "garments, drawn by code",
  "fashion-mnist": "Fashion-MNIST",
  mnist: "MNIST",
  files: "your own IDX files",
};

/** Which images to train on, and the ways to bring those that are not here. */
export function DataChoice() {
  const { data } = settings.value;
  const info = datasetInfo(data);
  return (
    <>
      <label>
        Images
        <select value={data} onChange={({ currentTarget }) => chooseData(currentTarget.value)}>
          {DATA_NAMES.map((name) => (
            <option key={name} value={name}>
              {TEXTS[name]}
            </option>
          ))}
        </select>
      </label>
      {!info && (
        <div class="drop-zone">
          <p>
            Bring images first: drop the four IDX files here (train and t10k, images and labels, gzipped or raw), or
          </p>
          <label class="file-button">
            Choose files
            <input
              type="file"
              multiple
              onChange={({ currentTarget }) => {
                const files = [...(currentTarget.files ?? [])];
                // So that the same files can be chosen again.
                currentTarget.value = "";
                takeImages(files);
              }}
            />
          </label>
          {data !== "files" && (
            <button type="button" class="secondary" onClick={() => fetchData(data)}>
              Fetch from this site
            </button>
          )}
        </div>
      )}
      {dataProgress.value && <p role="status">{dataProgress.value}</p>}
      {dataFailure.value && (
        <p role="alert" class="problem">
          {dataFailure.value}
        </p>
      )}
    </>
  );
}
