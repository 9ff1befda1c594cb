import { useMemo } from "preact/hooks";
import { Plot } from "../parts/plot.tsx";
import { SourceLink } from "../parts/source_link.tsx";
import type { Run } from "./run.ts";

const NONE = { steps: [], values: [] };

/** Both losses of the GAN, over its steps. */
export function GanLosses({ run }: { readonly run: Run }) {
  const { lossD = NONE, lossG = NONE } = run.losses;
  const lines = useMemo(
    () => [
      { label: "discriminator", colour: "--series-1", ...lossD },
      { label: "generator", colour: "--series-2", ...lossG },
    ],
    [lossD, lossG],
  );
  return (
    <div>
      <Plot title="GAN losses" lines={lines} />
      <p class="hint">
        The discriminator learns to tell real from made, the generator to fool it: neither loss falls for good.{" "}
        <SourceLink file="src/experiments/programs.ts" />
      </p>
    </div>
  );
}

/** The classifier's loss and measures, over its steps. */
export function ClassifierCurves({ run }: { readonly run: Run }) {
  const { loss = NONE } = run.losses;
  const { accuracy, tailRecall } = run;
  const lines = useMemo(
    () => [
      { label: "accuracy", colour: "--series-1", ...accuracy },
      { label: "tail recall", colour: "--series-2", ...tailRecall },
      { label: "training loss", colour: "--series-3", dash: [5, 4], ...loss },
    ],
    [accuracy, tailRecall, loss],
  );
  return (
    <div>
      <Plot title="Classifier" lines={lines} />
      <p class="hint">
        Tail recall: the mean over the three rarest classes,{" "}
        {run.evaluation ? `on ${run.evaluation.samples} test images` : "on test images"}.{" "}
        <SourceLink file="src/experiments/metrics.ts" />
      </p>
    </div>
  );
}
