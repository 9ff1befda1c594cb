import { longTailCounts, parseImbalance, syntheticPlan } from "../../data/long_tail.ts";
import { classNamesOf, datasetInfo, realImages } from "../data_store.ts";
import { ImageStrip } from "../parts/image_strip.tsx";
import { SourceLink } from "../parts/source_link.tsx";
import type { Settings } from "../settings.ts";
import type { Counts } from "../worker/training/events.ts";
import type { Run } from "./run.ts";

/** Bytes of one image of each of the ten classes. */
const ONE_OF_EACH = 10 * 28 * 28;

/** A row per class: how many images it has, what the generator makes of it, and how often the classifier knows it. */
export function ClassesTable({ run, settings }: { readonly run: Run; readonly settings: Settings }) {
  const info = datasetInfo(settings.data);
  const names = classNamesOf(settings.data);
  const counts = run.counts ?? (info ? plannedCounts(info.counts, settings) : undefined);
  const real = run.grid ? undefined : realImages(settings.data);
  const perClass = run.grid ? run.grid.length / ONE_OF_EACH : 10;
  const most = counts ? Math.max(...counts.real.map((real, c) => real + counts.synthetic[c]!)) : 1;
  return (
    <div class="table-scroll">
      <table class="classes">
        <thead>
          <tr>
            <th scope="col">Class</th>
            <th scope="col" class="count">
              Training images <span class="key-real">real</span> <span class="key-synthetic">added</span>
            </th>
            <th scope="col" class="samples">
              {run.grid ? (
                <>
                  Made by the generator <span class="muted">at step {run.gridStep}</span>
                </>
              ) : (
                "Real images"
              )}
            </th>
            <th scope="col" class="recall">
              Recall
            </th>
          </tr>
        </thead>
        <tbody>
          {names.map((name, c) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="count">
                {counts && <CountBar real={counts.real[c]!} synthetic={counts.synthetic[c]!} most={most} />}
              </td>
              <td class="samples">
                <ImageStrip
                  images={run.grid ?? real}
                  from={c * perClass}
                  count={run.grid ? perClass : Math.min(perClass, counts?.real[c] ?? perClass)}
                  places={perClass}
                  label={`${run.grid ? "generated" : "real"} images of ${name}`}
                />
              </td>
              <td class="recall">
                <Share value={run.evaluation?.recall[c]} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="sources">
        The tail: <SourceLink file="src/data/long_tail.ts" />. The filling:{" "}
        <SourceLink file="src/experiments/rebalance.ts" />. The images: <SourceLink file="src/models/generators.ts" />.
      </p>
    </div>
  );
}

/** What the training set will be, before any image is made or drawn. */
function plannedCounts(all: readonly number[], { imbalance, fill }: Settings): Counts {
  const real = longTailCounts(all, parseImbalance(imbalance));
  const none = real.map(() => 0);
  if (fill === "none") return { real, synthetic: none };
  if (fill === "downsampled") return { real: real.map(() => Math.min(...real)), synthetic: none };
  return { real, synthetic: syntheticPlan(real) };
}

function CountBar({
  real,
  synthetic,
  most,
}: {
  readonly real: number;
  readonly synthetic: number;
  readonly most: number;
}) {
  return (
    <span class="count-bar">
      <svg viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">
        <rect class="real" width={(100 * real) / most} height="12" />
        <rect class="synthetic" x={(100 * real) / most} width={(100 * synthetic) / most} height="12" />
      </svg>
      <span>
        {real}
        {synthetic > 0 && <span class="muted"> + {synthetic}</span>}
      </span>
    </span>
  );
}

/** A share as a bar; as wide before it is known. */
function Share({ value }: { readonly value: number | undefined }) {
  return (
    <span class="share">
      <svg viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">
        <rect class="ground" width="100" height="12" />
        <rect class="recall" width={100 * (value ?? 0)} height="12" />
      </svg>
      {value === undefined ? <span class="muted">–</span> : <span>{Math.round(100 * value)}%</span>}
    </span>
  );
}
