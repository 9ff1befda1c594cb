import { pausePlay, play, playing, recording, recordingFailure, restart } from "./store.ts";

/** In place of the training's buttons and settings where there is no WebGPU. */
export function ReplayControls() {
  const found = recording.value;
  return (
    <>
      <fieldset class="run-buttons" aria-label="Recorded run">
        {playing.value ? (
          <button type="button" onClick={pausePlay}>
            Pause
          </button>
        ) : (
          <button type="button" onClick={play}>
            Replay
          </button>
        )}
        <button type="button" class="secondary" onClick={restart}>
          From the start
        </button>
      </fieldset>
      <p class="recorded-label">
        <span class="badge warn">Recorded run</span> Nothing is computed here.
        {found && (
          <>
            {" "}
            It ran on {found.adapter} on {found.date}: {found.settings.gan}, imbalance {found.settings.imbalance}, seed{" "}
            {found.settings.seed}. It is shown faster than it ran.
          </>
        )}
      </p>
      {recordingFailure.value && (
        <p role="alert" class="problem">
          {recordingFailure.value}
        </p>
      )}
    </>
  );
}
