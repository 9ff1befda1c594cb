import { useEffect } from "preact/hooks";
import { GENERATOR_NAMES, type GeneratorName } from "../../models/generator_names.ts";
import { adapter, ask } from "../client.ts";
import { ActionButton } from "../parts/action_button.tsx";
import { InSight } from "../parts/in_sight.tsx";
import { SourceLink } from "../parts/source_link.tsx";
import { query, setQuery } from "../route.ts";
import { support } from "../support.ts";
import type { PlanRequest } from "../worker/inside.ts";
import { LayerView } from "./layer_view.tsx";
import { PlanDrawing } from "./plan_drawing.tsx";
import { busy, measure, measured, plan, shownBox, showPlan } from "./store.ts";

/** A drawing wider than this, in pixels, has the layer below it instead of beside it. */
const WIDE = 900;
const NEEDS_WEBGPU =
  "A step is compiled for the adapter that it runs on. So its drawing, its layers and their kernels' texts are shown where WebGPU works.";
const BATCHES = [10, 50, 100, 256];

/** What the address says; a software adapter begins with a small batch. */
function requested(): PlanRequest {
  const get = (key: string) => query.value.get(key) ?? "";
  const gan = GENERATOR_NAMES.find((name) => name === get("plan-gan")) ?? "small_mlp_cgan_leaky";
  const batch = Number(get("plan-batch"));
  const usual = adapter.value?.software === false ? 100 : 10;
  return {
    plan: get("plan") === "cgan" ? "cgan" : "cnn",
    gan: gan as GeneratorName,
    batchSize: BATCHES.includes(batch) ? batch : usual,
  };
}

/** The plan of a step: its layers as a drawing, and what the chosen one does. */
export function PlanView() {
  const request = requested();
  const shown = plan.value;
  const without = typeof support.value === "object";
  const wanted = JSON.stringify(request);
  useEffect(() => {
    // The batch depends on the adapter, so that must be known first.
    ask("deviceOpen", undefined).then(
      () => showPlan(requested()),
      () => showPlan(requested()),
    );
  }, [wanted]);
  const box = shown?.graph.boxes.find(({ id }) => id === shownBox.value);
  return (
    <>
      <section class="card" aria-label="Which step">
        <div class="choices">
          <label>
            Step
            <select value={request.plan} onChange={({ currentTarget }) => setQuery({ plan: currentTarget.value })}>
              <option value="cnn">classifier (CNN)</option>
              <option value="cgan">conditional GAN</option>
            </select>
          </label>
          {request.plan === "cgan" && (
            <label>
              Generator
              <select
                value={request.gan}
                onChange={({ currentTarget }) => setQuery({ "plan-gan": currentTarget.value })}
              >
                {GENERATOR_NAMES.map((name) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            </label>
          )}
          <label>
            Images in a batch
            <select
              value={String(request.batchSize)}
              onChange={({ currentTarget }) => setQuery({ "plan-batch": currentTarget.value })}
            >
              {BATCHES.map((size) => (
                <option key={size}>{size}</option>
              ))}
            </select>
          </label>
          <ActionButton unavailable={!shown || busy.value !== undefined} onClick={measure}>
            Measure times
          </ActionButton>
        </div>
        <p role="status" class="plan-facts">
          {busy.value !== undefined ? `${busy.value} …` : shown ? <Facts /> : without && NEEDS_WEBGPU}
        </p>
      </section>
      {shown && (
        <div class={shown.graph.width > WIDE ? "plan-and-layer wide" : "plan-and-layer"}>
          <section class="card plan-drawing" aria-labelledby="drawing-title">
            <h2 id="drawing-title">From batch to update</h2>
            <p class="hint">
              Down: the forward pass. Up: gradients. Choose a layer to see what it does. Drawn from{" "}
              <SourceLink file="src/autograd/explain.ts" label="the plan itself" />, laid out by dagre.
            </p>
            <PlanDrawing graph={shown.graph} />
          </section>
          <InSight key={JSON.stringify(shown.request)} choice={box?.id}>
            {box ? <LayerView key={box.id} box={box} plan={shown} /> : <p class="card hint">No layer is chosen yet.</p>}
          </InSight>
        </div>
      )}
    </>
  );
}

function Facts() {
  const { explanation } = plan.value!;
  const { dispatches, flops, peakBytes, unsharedBytes } = explanation;
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  const times = measured.value;
  return (
    <>
      <b>{dispatches.length}</b> dispatches, <b>{(flops / 1e9).toPrecision(3)}</b> GFLOP, intermediates in{" "}
      <b>{megabytes(peakBytes)}</b> (without sharing {megabytes(unsharedBytes)}).{" "}
      {times && (
        <>
          One step takes <b>{times.profile.stepMs.toPrecision(3)} ms</b>:{" "}
          {(flops / times.profile.stepMs / 1e6).toPrecision(3)} GFLOP/s of the {times.ceilings.gflops.toPrecision(3)}{" "}
          that this adapter reaches with multiply-adds alone.
        </>
      )}
    </>
  );
}
