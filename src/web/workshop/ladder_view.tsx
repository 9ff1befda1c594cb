import { useEffect } from "preact/hooks";
import { adapter } from "../client.ts";
import { ActionButton } from "../parts/action_button.tsx";
import { CodeEditor } from "../parts/code_editor.tsx";
import { InSight } from "../parts/in_sight.tsx";
import { SourceLink } from "../parts/source_link.tsx";
import { TilePicture } from "../parts/tile_picture.tsx";
import { support } from "../support.ts";
import type { EditedSpeed } from "../worker/workshop.ts";
import { LadderPlot } from "./ladder_plot.tsx";
import { LADDERS, type LadderName, type Rung } from "./ladders.ts";
import { launcherLines } from "./line_tags.ts";
import { rungTile } from "./rung_tile.ts";
import {
  busy,
  ceilings,
  checkEdited,
  editRung,
  ownTexts,
  readOwnText,
  resetRung,
  rungState,
  runLadder,
  show,
  shownRung,
} from "./store.ts";
import { marksOf, VerdictView } from "./verdict_view.tsx";

/** A ladder: what its rungs reach, what each adds, and the text of one of them. */
export function LadderView({ ladder }: { readonly ladder: LadderName }) {
  const { title, formula, rungs } = LADDERS[ladder];
  const shown = shownRung(ladder);
  const states = rungs.map(({ variant }) => rungState(ladder, variant));
  return (
    <>
      <section class="card" aria-labelledby="ladder-title">
        <h2 id="ladder-title">{title}, from naive to fast</h2>
        <p class="formula">{formula}</p>
        <p>
          All rungs compute the same; each adds one idea. Which is fastest depends on the adapter, so the library{" "}
          <SourceLink file="src/autograd/tuner.ts" label="measures before it chooses" />.
        </p>
        <div class="actions">
          <ActionButton
            unavailable={busy.value !== undefined || typeof support.value === "object"}
            onClick={() => runLadder(ladder)}
          >
            Run all rungs on this adapter
          </ActionButton>
          <span role="status">{busy.value !== undefined && `${busy.value} …`}</span>
        </div>
        <LadderPlot ladder={LADDERS[ladder]} states={states} ceiling={ceilings.value?.gflops} />
        <p class="hint">
          The ceiling is what <SourceLink file="src/kernels/ceiling/fma.wgsl" /> reaches, which multiplies and adds and
          loads nothing.
        </p>
      </section>
      <div class="rung-and-text">
        <ol class="rungs">
          {rungs.map((rung, i) => (
            <li key={rung.variant} class={rung === shown ? "shown" : ""}>
              <button
                type="button"
                class="text-button"
                aria-pressed={rung === shown}
                onClick={() => show(ladder, { rung: rung.variant })}
              >
                {i + 1}. {rung.title}
              </button>
              <p>{rung.idea}</p>
              {states[i]!.lacking && <p class="hint">Skipped here: it {states[i]!.lacking}.</p>}
            </li>
          ))}
        </ol>
        <InSight choice={shown.variant}>
          <RungText key={shown.variant} ladder={ladder} rung={shown} />
        </InSight>
      </div>
    </>
  );
}

/** The text of a rung, to change and check. */
function RungText({ ladder, rung }: { readonly ladder: LadderName; readonly rung: Rung }) {
  const { variant } = rung;
  useEffect(() => {
    readOwnText(rung);
  }, [rung]);
  const own = ownTexts.value[rung.file];
  const { text = own, version = 0, verdict, edited, lacking } = rungState(ladder, variant);
  const changed = text !== own;
  return (
    <section class="card" aria-labelledby="text-title">
      <h2 id="text-title">
        {rung.title}: <SourceLink file={rung.file} />
      </h2>
      <TilePicture
        tile={rungTile(ladder, variant, adapter.value?.software ?? true, adapter.value?.subgroupSize || 8)}
      />
      <p class="hint">
        Grey lines are written anew by the launcher for each call: names of constants must stay, and loops marked
        @unroll are written out. Tab leaves the text.
      </p>
      {text === undefined ? (
        <p class="hint">Reading the text …</p>
      ) : (
        <CodeEditor
          text={text}
          version={version}
          label={`WGSL of ${rung.title}`}
          onEdit={(edited) => editRung(ladder, variant, edited)}
          marks={marksOf(verdict?.oracle)}
          fixedLines={launcherLines}
        />
      )}
      <div class="actions">
        <ActionButton
          unavailable={busy.value !== undefined || text === undefined || typeof support.value === "object"}
          onClick={() => checkEdited(ladder, variant)}
        >
          Check and time
        </ActionButton>
        <ActionButton look="secondary" unavailable={!changed} onClick={() => resetRung(ladder, variant)}>
          Reset
        </ActionButton>
        <span role="status">{busy.value !== undefined ? `${busy.value} …` : changed ? "changed" : ""}</span>
      </div>
      <div aria-live="polite">
        {lacking && <p class="problem">This adapter cannot run it: it {lacking}.</p>}
        {verdict && <VerdictView title="Results against float64" verdict={verdict.oracle} />}
        {verdict?.gradient && (
          <VerdictView title="As a gradient against finite differences" verdict={verdict.gradient} />
        )}
        {edited && <Speed {...edited} />}
        {verdict && !changed && <p class="hint">Change the text, and its speed is compared with the original's.</p>}
      </div>
    </section>
  );
}

function Speed({ originalMs, editedMs }: EditedSpeed) {
  const ms = (value: number) => `${value.toPrecision(3)} ms`;
  const ratio = originalMs / editedMs;
  const words =
    ratio > 1.05
      ? `${ratio.toFixed(2)} times as fast`
      : ratio < 0.95
        ? `${(1 / ratio).toFixed(2)} times as slow`
        : "as fast";
  return (
    <p>
      One run takes <b>{ms(editedMs)}</b> with your text and {ms(originalMs)} with the original: <b>{words}</b>. In
      both, loops are counted so that none runs for ever.
    </p>
  );
}
