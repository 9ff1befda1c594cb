import { CodeEditor } from "../parts/code_editor.tsx";
import { SourceLink } from "../parts/source_link.tsx";
import { TilePicture } from "../parts/tile_picture.tsx";
import { hrefOf, query } from "../route.ts";
import { showMs } from "./plan_drawing.tsx";
import type { LayerBox, PlacedPart } from "./plan_graph.ts";
import { measured, type ShownPlan, shownPart } from "./store.ts";
import { tileOf } from "./tile.ts";

/** What one layer does in one direction: its dispatches, and all about the chosen one. */
export function LayerView({ box, plan }: { readonly box: LayerBox; readonly plan: ShownPlan }) {
  const shown = box.parts.find(({ index }) => index === shownPart.value) ?? box.parts[0]!;
  return (
    <section class="card layer" aria-labelledby="layer-title">
      <h2 id="layer-title">
        {box.scope}
        {box.backward ? ", gradient" : ""}
      </h2>
      <ol class="ops">
        {box.parts.map(({ part, index, at }) => (
          <li key={index}>
            <button
              type="button"
              class="text-button"
              aria-pressed={index === shown.index}
              onClick={() => (shownPart.value = index)}
            >
              {part.kernel}
            </button>{" "}
            <span class="muted">
              dispatch {at + 1}
              {measured.value && `, ${showMs(measured.value.profile.dispatches[at]!.ms)}`}
            </span>
          </li>
        ))}
      </ol>
      <PartView key={shown.index} placed={shown} plan={plan} />
    </section>
  );
}

function PartView({ placed, plan }: { readonly placed: PlacedPart; readonly plan: ShownPlan }) {
  const { part, dispatch, at, within } = placed;
  const joined = dispatch.parts.length;
  const [x, y, z] = part.workgroups;
  return (
    <>
      <h3>
        {part.kernel} <span class="muted">{part.variant}</span>
      </h3>
      <p>
        Written in <SourceLink file={part.file} />.{" "}
        {joined > 1 &&
          `It shares dispatch ${at + 1} with ${joined - 1} other ${joined === 2 ? "kernel" : "kernels"}, which do not need each other: one start for all.`}
      </p>
      <dl class="facts">
        <div>
          <dt>Workgroups</dt>
          <dd>
            {x} x {y} x {z}
          </dd>
        </div>
        <div>
          <dt>Operations</dt>
          <dd>{showCount(part.flops, "FLOP")}</dd>
        </div>
        <div>
          <dt>Read and written</dt>
          <dd>{showCount(part.bytes, "B")}</dd>
        </div>
        <div>
          <dt>Operations per byte</dt>
          <dd>{(part.flops / Math.max(1, part.bytes)).toPrecision(2)}</dd>
        </div>
        <Times placed={placed} />
      </dl>
      <TilePicture tile={tileOf(part)} />
      <table class="bindings">
        <caption>Bindings: what it reads and writes</caption>
        <thead>
          <tr>
            <th scope="col">Buffer</th>
            <th scope="col">Access</th>
            <th scope="col">Shape</th>
          </tr>
        </thead>
        <tbody>
          {part.bindings.map(({ buffer, access, shape, dtype }, i) => (
            <tr key={i}>
              <td>{buffer}</td>
              <td>{access}</td>
              <td>
                {dtype} [{shape.join(", ")}]
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {part.bindings.some(({ buffer }) => buffer.startsWith("slot ")) && (
        <p class="hint">
          Slots are numbered buffers that intermediates share: one is used again as soon as nothing needs what it holds.{" "}
          <SourceLink file="src/autograd/memory.ts" />
        </p>
      )}
      <FollowLink part={part.kernel} plan={plan.request.plan} />
      <details open>
        <summary>WGSL, as it was compiled{joined > 1 ? " before it was joined" : ""}</summary>
        <CodeEditor text={plan.partShaders[at]![within]!} label={`WGSL of ${part.kernel}`} />
      </details>
      {joined > 1 && (
        <details>
          <summary>WGSL of the whole dispatch</summary>
          <CodeEditor text={plan.shaders[at]!} label={`WGSL of dispatch ${at + 1}`} />
        </details>
      )}
    </>
  );
}

/** The measured time of the dispatch, and the share of what the adapter can reach. */
function Times({ placed: { dispatch, at } }: { readonly placed: PlacedPart }) {
  const times = measured.value;
  if (!times) {
    return (
      <div>
        <dt>Time</dt>
        <dd class="muted">press Measure times</dd>
      </div>
    );
  }
  const { ms } = times.profile.dispatches[at]!;
  const { gflops, gigabytesPerSecond } = times.ceilings;
  const rates = [dispatch.flops / ms / 1e6 / gflops, dispatch.bytes / ms / 1e6 / gigabytesPerSecond] as const;
  const share = (value: number) => `${(100 * value).toPrecision(2)} %`;
  return (
    <>
      <div>
        <dt>Time of the dispatch</dt>
        <dd>{showMs(ms)}</dd>
      </div>
      <div>
        <dt>Share of the ceiling</dt>
        <dd>{ms > 0 ? `${share(rates[0])} of arithmetic, ${share(rates[1])} of memory` : "too short to tell"}</dd>
      </div>
    </>
  );
}

/** From a product or a pooling to the view that takes one of its numbers apart. */
function FollowLink({ part, plan }: { readonly part: string; readonly plan: "cnn" | "cgan" }) {
  if (!/^(matmul|conv2d|maxPool2d)/.test(part)) return null;
  const settings = new URLSearchParams(query.value);
  settings.set("part", "follow");
  settings.set("network", plan === "cnn" ? "cnn" : "generator");
  return (
    <p>
      <a href={`${hrefOf("inside").split("?")[0]}?${settings}`}>Follow one of its numbers</a> to what it was made of.
    </p>
  );
}

function showCount(count: number, unit: string): string {
  const [scale, prefix] = count >= 1e9 ? [1e9, "G"] : count >= 1e6 ? [1e6, "M"] : count >= 1e3 ? [1e3, "k"] : [1, ""];
  return count === 0 ? "none counted" : `${(count / scale).toPrecision(3)} ${prefix}${unit}`;
}
