import { useMemo } from "preact/hooks";
import { ActionButton } from "../parts/action_button.tsx";
import { DataChoice } from "../parts/data_choice.tsx";
import { Plot } from "../parts/plot.tsx";
import { SourceLink } from "../parts/source_link.tsx";
import { hrefOf } from "../route.ts";
import { support } from "../support.ts";
import { ImbalanceSlider } from "../train/controls.tsx";
import { hasImages, settings } from "../train/store.ts";
import type { Lane } from "../worker/race.ts";
import {
  begun,
  finished,
  type LaneState,
  pauseRace,
  type RaceState,
  race,
  raceFailure,
  racing,
  resetRace,
  startRace,
} from "./store.ts";

interface LaneLook {
  readonly title: string;
  readonly what: string;
  readonly colour: string;
}

const LOOKS: Readonly<Record<Lane, LaneLook>> = {
  none: { title: "Imbalanced", what: "the long tail as it is", colour: "--series-3" },
  downsampled: { title: "RU", what: "random undersampling: every class cut to the rarest", colour: "--series-2" },
  "upsampled-random": { title: "RO", what: "random oversampling: rare images repeated", colour: "--series-1" },
  cgan: { title: "CGAN", what: "rare classes filled up with generated images", colour: "--series-4" },
};
const LANES = Object.keys(LOOKS) as Lane[];

/** Rebalance race: the same classifier, four times, each with another cure for the tail. */
export function RaceView() {
  const now = settings.value;
  const state = race.value;
  const samples = state.lanes.none?.evaluation?.samples;
  return (
    <div class="train">
      <section class="side" aria-label="Controls">
        <h1>Rebalance race</h1>
        <p class="lead">
          One classifier, four training sets, the same {now.cnnSteps} steps each. Who finds the rare classes?
        </p>
        <fieldset class="run-buttons" aria-label="Race">
          {racing.value ? (
            <ActionButton onClick={pauseRace} unavailable={false}>
              Pause
            </ActionButton>
          ) : (
            <ActionButton
              onClick={startRace}
              unavailable={finished.value || !hasImages.value || typeof support.value === "object"}
            >
              {begun.value ? "Go on" : "Start"}
            </ActionButton>
          )}
          <ActionButton look="secondary" onClick={resetRace} unavailable={!begun.value}>
            Reset
          </ActionButton>
          {!hasImages.value && <p class="hint">Bring images first.</p>}
        </fieldset>
        <form class="settings" onSubmit={(event) => event.preventDefault()}>
          <DataChoice />
          <ImbalanceSlider />
        </form>
        <p class="hint">
          Generator, seed and steps are those of <a href={hrefOf("train")}>Train</a>. A generator that was trained there
          with these settings races at once; otherwise it is trained first.
        </p>
        <p class="hint">
          How each set is made: <SourceLink file="src/experiments/rebalance.ts" />. The race:{" "}
          <SourceLink file="src/web/worker/race.ts" />.
        </p>
      </section>
      <section class="stage" aria-label="Race">
        <div>
          <RaceProgress state={state} steps={now.cnnSteps} />
        </div>
        {raceFailure.value && (
          <p role="alert" class="problem">
            {raceFailure.value}
          </p>
        )}
        <div>
          <h2>Tail recall {samples !== undefined && <small class="muted">on {samples} test images</small>}</h2>
          <p class="hint">The share of the three rarest classes' test images that is recognised.</p>
          <ol class="lanes">
            {standing(state).map((lane) => (
              <LaneRow key={lane} look={LOOKS[lane]} state={state.lanes[lane]} />
            ))}
          </ol>
        </div>
        <div>
          <RaceCurves state={state} />
        </div>
      </section>
    </div>
  );
}

function RaceProgress({ state, steps }: { readonly state: RaceState; readonly steps: number }) {
  const { generator, step } = state;
  return (
    <ol class="phases">
      {generator && (
        <li aria-current={generator.step < generator.steps ? "step" : undefined}>
          <b>Generator</b> <span class="steps">{generator.step}</span>
          <span class="muted"> of {generator.steps}</span>
          <progress value={generator.step} max={generator.steps} aria-label="steps of the generator" />
        </li>
      )}
      <li aria-current={step > 0 ? "step" : undefined}>
        <b>Race</b> <span class="steps">{step}</span>
        <span class="muted"> of {steps} steps</span>
        <progress value={step} max={steps} aria-label="steps of the race" />
      </li>
    </ol>
  );
}

/** The best tail recall first; before the first measure, in the order of the lanes. */
function standing({ lanes }: RaceState): Lane[] {
  const of = (lane: Lane) => lanes[lane]?.evaluation?.tailRecall ?? -1;
  return [...LANES].sort((a, b) => of(b) - of(a));
}

function LaneRow({ look, state }: { readonly look: LaneLook; readonly state: LaneState | undefined }) {
  const { title, what, colour } = look;
  const { evaluation, counts } = state ?? {};
  const images = counts && [...counts.real, ...counts.synthetic].reduce((sum, count) => sum + count, 0);
  return (
    <li>
      <div class="lane-head">
        <b>{title}</b> <span class="muted">{what}</span>
      </div>
      <div class="lane-bar">
        <svg viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">
          <rect class="ground" width="100" height="12" />
          <rect width={100 * (evaluation?.tailRecall ?? 0)} height="12" fill={`var(${colour})`} />
        </svg>
        <b class="lane-value">{evaluation ? `${(100 * evaluation.tailRecall).toFixed(1)}%` : "–"}</b>
      </div>
      <p class="muted lane-facts">
        {images === undefined ? "not begun" : `${images.toLocaleString("en-US")} images`}
        {evaluation &&
          `, accuracy ${(100 * evaluation.accuracy).toFixed(1)}%, head recall ${(100 * evaluation.headRecall).toFixed(1)}%`}
      </p>
    </li>
  );
}

function RaceCurves({ state }: { readonly state: RaceState }) {
  const lines = useMemo(
    () =>
      LANES.map((lane) => ({
        label: LOOKS[lane].title,
        colour: LOOKS[lane].colour,
        steps: state.lanes[lane]?.steps ?? [],
        values: state.lanes[lane]?.tailRecall ?? [],
      })),
    [state.lanes],
  );
  return <Plot title="Tail recall on the way" lines={lines} range={[0, 1]} height={220} />;
}
