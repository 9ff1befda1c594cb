import { classNamesOf } from "../data_store.ts";
import { SourceLink } from "../parts/source_link.tsx";
import { ReplayControls } from "../recorded/controls.tsx";
import { recording } from "../recorded/store.ts";
import { support } from "../support.ts";
import { ClassesTable } from "./classes_table.tsx";
import { Confusion } from "./confusion.tsx";
import { RunButtons, SettingsForm } from "./controls.tsx";
import { ClassifierCurves, GanLosses } from "./measures.tsx";
import { Progress } from "./progress.tsx";
import { failure, run, settings } from "./store.ts";

/** Train: a GAN learns to draw the rare classes, then a classifier learns from the filled-up set. */
export function TrainView() {
  const without = typeof support.value === "object";
  const now = without ? (recording.value?.settings ?? settings.value) : settings.value;
  const shown = run.value;
  const names = classNamesOf(now.data);
  return (
    <div class="train">
      <section class="side" aria-label="Controls">
        <h1>Fill up what is rare</h1>
        <p class="lead">
          Few images of some classes: a classifier overlooks them. A{" "}
          <SourceLink file="src/models/generators.ts" label="generator" /> learns to draw more.
          {!without && " All of it is trained here, in your browser, by WebGPU."}
        </p>
        {without ? (
          <ReplayControls />
        ) : (
          <>
            <RunButtons />
            <SettingsForm />
          </>
        )}
      </section>
      <section class="stage" aria-label="Training">
        <Progress run={shown} settings={now} />
        {failure.value && (
          <p role="alert" class="problem">
            {failure.value}
          </p>
        )}
        <ClassesTable run={shown} settings={now} />
        <div class="plots">
          <GanLosses run={shown} />
          <ClassifierCurves run={shown} />
          <Confusion evaluation={shown.evaluation} names={names} />
        </div>
      </section>
    </div>
  );
}
