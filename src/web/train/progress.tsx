import { showBytes } from "../parts/numbers.ts";
import type { Settings } from "../settings.ts";
import { support } from "../support.ts";
import { NO_RUN, type Run } from "./run.ts";
import { hasImages, status } from "./store.ts";

const STATUS_TEXTS = {
  idle: "press Start",
  starting: "compiling kernels",
  running: "training",
  pausing: "pausing",
  paused: "paused",
  done: "done",
  failed: "stopped",
} as const;

/** How far the run is: its phases, steps, speed. */
export function Progress({ run, settings }: { readonly run: Run; readonly settings: Settings }) {
  const { fill, ganSteps, cnnSteps } = settings;
  const recorded = typeof support.value === "object";
  const started = run !== NO_RUN;
  const inGan = run.phase === "gan" && fill === "cgan";
  // Fewer than were meant where the classifier was begun early.
  const ganStep = inGan ? run.step : (run.losses.lossD?.steps.at(-1) ?? 0);
  const cnnStep = started && !inGan ? run.step : 0;
  const { evaluation } = run;
  return (
    <div class="progress">
      <ol class="phases">
        {fill === "cgan" && (
          <li aria-current={started && inGan ? "step" : undefined}>
            <b>1 GAN</b> <span class="steps">{ganStep}</span>
            <span class="muted"> of {ganSteps}</span>
            <progress value={ganStep} max={ganSteps} aria-label="steps of the GAN" />
          </li>
        )}
        <li aria-current={started && !inGan ? "step" : undefined}>
          <b>{fill === "cgan" ? "2 " : ""}Classifier</b> <span class="steps">{cnnStep}</span>
          <span class="muted"> of {cnnSteps}</span>
          <progress value={cnnStep} max={cnnSteps} aria-label="steps of the classifier" />
        </li>
      </ol>
      <dl class="figures">
        <Figure term="State" text={recorded ? "recorded" : stateText()} told />
        <Figure term="Steps/s" text={run.stepsPerSecond > 0 ? run.stepsPerSecond.toPrecision(3) : "–"} />
        <Figure term="Accuracy" text={evaluation ? `${(100 * evaluation.accuracy).toFixed(1)}%` : "–"} />
        <Figure term="Tail recall" text={evaluation ? `${(100 * evaluation.tailRecall).toFixed(1)}%` : "–"} />
        <Figure term="GPU memory" text={run.bytesAlive > 0 ? showBytes(run.bytesAlive) : "–"} />
      </dl>
    </div>
  );
}

function stateText(): string {
  return status.value === "idle" && !hasImages.value ? "bring images first" : STATUS_TEXTS[status.value];
}

/** A figure; one that is told is read out when it changes. */
function Figure({ term, text, told }: { readonly term: string; readonly text: string; readonly told?: boolean }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd aria-live={told ? "polite" : undefined}>{text}</dd>
    </div>
  );
}
