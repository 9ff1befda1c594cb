import { GENERATOR_NAMES } from "../../models/generator_names.ts";
import { adapter } from "../client.ts";
import { ActionButton } from "../parts/action_button.tsx";
import { DataChoice } from "../parts/data_choice.tsx";
import { SourceLink } from "../parts/source_link.tsx";
import { BATCH_SIZES, FILLINGS, type Filling } from "../settings.ts";
import {
  busy,
  change,
  hasImages,
  pause,
  reset,
  run,
  setSlow,
  settings,
  slow,
  start,
  status,
  stepOnce,
  toClassifier,
} from "./store.ts";

const FILLING_TEXTS: Readonly<Record<Filling, string>> = {
  cgan: "with images of the generator",
  none: "not at all",
  downsampled: "cut all classes (RU)",
  upsampled: "repeat in turn (as the paper)",
  "upsampled-random": "repeat at random (RO)",
};

/** Start, pause, one step, slow motion, reset. */
export function RunButtons() {
  const now = status.value;
  const started = now !== "idle";
  return (
    <fieldset class="run-buttons" aria-label="Training">
      {busy.value ? (
        <ActionButton onClick={pause} unavailable={now !== "running"}>
          {now === "starting" ? "Starting…" : "Pause"}
        </ActionButton>
      ) : (
        <ActionButton onClick={start} unavailable={now === "done" || !hasImages.value}>
          {started ? "Go on" : "Start"}
        </ActionButton>
      )}
      <ActionButton look="secondary" onClick={stepOnce} unavailable={busy.value || now === "done" || !hasImages.value}>
        One step
      </ActionButton>
      <ActionButton look="secondary" onClick={reset} unavailable={!started}>
        Reset
      </ActionButton>
      <label class="switch">
        <input
          type="checkbox"
          role="switch"
          aria-checked={slow.value}
          checked={slow.value}
          onChange={({ currentTarget }) => setSlow(currentTarget.checked)}
        />
        Slow motion
      </label>
      {started && run.value.phase === "gan" && settings.value.fill === "cgan" && (
        <button type="button" class="outline" onClick={toClassifier} disabled={now === "starting" || now === "pausing"}>
          To the classifier
        </button>
      )}
      <p class="hint">
        Steps, pauses, slow motion: <SourceLink file="src/web/worker/training/session.ts" />
      </p>
    </fieldset>
  );
}

/** What to train. A change begins anew. */
export function SettingsForm() {
  const now = settings.value;
  return (
    <form class="settings" onSubmit={(event) => event.preventDefault()}>
      <DataChoice />
      <ImbalanceSlider />
      <label>
        Fill up rare classes
        <select value={now.fill} onChange={({ currentTarget }) => change({ fill: currentTarget.value as Filling })}>
          {FILLINGS.map((name) => (
            <option key={name} value={name}>
              {FILLING_TEXTS[name]}
            </option>
          ))}
        </select>
      </label>
      <label>
        Generator
        <select
          value={now.gan}
          disabled={now.fill !== "cgan"}
          onChange={({ currentTarget }) => change({ gan: currentTarget.value as typeof now.gan })}
        >
          {GENERATOR_NAMES.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
        {adapter.value?.software && now.gan === "dccgan_leaky" && (
          <small>
            Convolutions: a software adapter takes minutes to compile them, and browsers may end it meanwhile.
          </small>
        )}
      </label>
      <details>
        <summary>More: loss, seed, batch, steps</summary>
        <label>
          Classifier's loss
          <select
            value={now.loss}
            onChange={({ currentTarget }) => change({ loss: currentTarget.value === "paper" ? "paper" : "plain" })}
          >
            <option value="plain">cross-entropy on logits</option>
            <option value="paper">softmax twice, as the paper</option>
          </select>
        </label>
        <p class="hint">
          Both losses: <SourceLink file="src/experiments/programs.ts" />
        </p>
        <div class="pair">
          <label>
            Seed
            <input
              type="number"
              min="0"
              max="1000000"
              value={now.seed}
              onChange={({ currentTarget }) => change({ seed: whole(currentTarget, now.seed) })}
            />
          </label>
          <label>
            Batch
            <select value={now.batch} onChange={({ currentTarget }) => change({ batch: Number(currentTarget.value) })}>
              {[...new Set([...BATCH_SIZES, now.batch])]
                .sort((a, b) => a - b)
                .map((size) => (
                  <option key={size} value={size}>
                    {size}
                  </option>
                ))}
            </select>
          </label>
        </div>
        <div class="pair">
          <label>
            GAN steps
            <input
              type="number"
              min="1"
              max="100000"
              value={now.ganSteps}
              onChange={({ currentTarget }) => change({ ganSteps: whole(currentTarget, now.ganSteps) })}
            />
          </label>
          <label>
            Classifier steps
            <input
              type="number"
              min="1"
              max="100000"
              value={now.cnnSteps}
              onChange={({ currentTarget }) => change({ cnnSteps: whole(currentTarget, now.cnnSteps) })}
            />
          </label>
        </div>
        <p class="hint">
          What these mean: <SourceLink file="src/web/settings.ts" />
        </p>
      </details>
    </form>
  );
}

/** C of the long tail; the bars of the classes follow at once. */
export function ImbalanceSlider() {
  const { imbalance } = settings.value;
  const percent = Math.round(100 * ratioOf(imbalance));
  return (
    <>
      <label>
        Imbalance <output>C = {imbalance}</output>
        <input
          type="range"
          min="30"
          max="100"
          value={percent}
          aria-valuetext={`each class keeps ${percent}% of the one before`}
          onInput={({ currentTarget }) => change({ imbalance: String(Number(currentTarget.value) / 100) })}
        />
      </label>
      <p class="hint">
        Class c keeps n · C<sup>c</sup> of its n images; c counts from 0. <SourceLink file="src/data/long_tail.ts" />
      </p>
    </>
  );
}

/** The number in a field, or what was there before. */
function whole(field: HTMLInputElement, usual: number): number {
  const value = field.valueAsNumber;
  return Number.isInteger(value) && field.validity.valid ? value : usual;
}

function ratioOf(text: string): number {
  const [top, bottom = "1"] = text.split("/");
  return Number(top) / Number(bottom);
}
