import { useMemo } from "preact/hooks";
import { type Point, smoothed } from "../../experiments/report/parts/smoothed.ts";
import { Plot } from "../parts/plot.tsx";
import { SourceLink } from "../parts/source_link.tsx";
import type { Curve, Run } from "./run.ts";

const NONE: Curve = { steps: [], values: [] };

/** Both losses of the GAN, over its steps: means, as reports draw them, over the losses of single batches. */
export function GanLosses({ run }: { readonly run: Run }) {
  const { lossD = NONE, lossG = NONE } = run.losses;
  const lines = useMemo(() => {
    const [d, g] = [
      { label: "discriminator", colour: "--series-1" },
      { label: "generator", colour: "--series-2" },
    ];
    // The last is drawn on top.
    return [
      { ...g!, ...lossG, pale: true },
      { ...d!, ...lossD, pale: true },
      { ...g!, ...meansOf(lossG) },
      { ...d!, ...meansOf(lossD) },
    ];
  }, [lossD, lossG]);
  return (
    <div>
      <Plot title="GAN losses" lines={lines} height={300} />
      <p class="hint">
        The discriminator learns to tell real from made, the generator to fool it: neither loss falls for good. Pale:
        each batch; full: means. <SourceLink file="src/experiments/programs.ts" />
      </p>
    </div>
  );
}

function meansOf({ steps, values }: Curve): Curve {
  const means = smoothed(steps.map((step, i): Point => [step, values[i]!]));
  return { steps: means.map(([step]) => step), values: means.map(([, value]) => value) };
}

/** The classifier's measures and loss, over its steps: shares of one and cross-entropy have an axis each. */
export function ClassifierCurves({ run }: { readonly run: Run }) {
  const { loss = NONE } = run.losses;
  const { accuracy, tailRecall } = run;
  const measures = useMemo(
    () => [
      { label: "accuracy", colour: "--series-1", ...accuracy },
      { label: "tail recall", colour: "--series-2", ...tailRecall },
    ],
    [accuracy, tailRecall],
  );
  const losses = useMemo(() => [{ label: "cross-entropy", colour: "--series-3", ...loss }], [loss]);
  return (
    <div>
      <Plot title="Classifier" lines={measures} range={[0, 1]} height={170} />
      <p class="hint">
        Tail recall: the mean over the three rarest classes,{" "}
        {run.evaluation ? `on ${run.evaluation.samples} test images` : "on test images"}.{" "}
        <SourceLink file="src/experiments/metrics.ts" />
      </p>
      <Plot title="Classifier's loss" lines={losses} height={110} />
    </div>
  );
}
