import type { Ladder } from "./ladders.ts";
import type { RungState } from "./store.ts";

/** GFLOP/s of every rung that was run, as bars, and the ceiling. */
export function LadderPlot({
  ladder,
  states,
  ceiling,
}: {
  readonly ladder: Ladder;
  readonly states: readonly RungState[];
  readonly ceiling: number | undefined;
}) {
  const rates = states.map(({ speed }) => speed && speed.flops / speed.ms / 1e6);
  const changed = states.map(({ edited }, i) => rates[i] && edited && (rates[i] * edited.originalMs) / edited.editedMs);
  const top = Math.max(ceiling ?? 0, ...[...rates, ...changed].map((rate) => rate ?? 0));
  const work = states.find(({ speed }) => speed)?.speed?.work;
  const said = ladder.rungs.map(({ title }, i) => `${title} ${rates[i] ? showRate(rates[i]) : "not run"}`);
  if (ceiling !== undefined) said.push(`ceiling ${showRate(ceiling)}`);
  return (
    <figure class="ladder-plot">
      <figcaption>GFLOP/s: billions of additions and multiplications in a second{work && `, for ${work}`}</figcaption>
      <div role="img" aria-label={`GFLOP/s: ${said.join(", ")}`}>
        {ladder.rungs.map(({ variant, title }, i) => (
          <PlotRow
            key={variant}
            title={title}
            bars={[
              { kind: "own", share: (rates[i] ?? 0) / top },
              { kind: "edited", share: (changed[i] ?? 0) / top },
            ]}
            value={rates[i] && `${showRate(rates[i])}${changed[i] ? `, edited ${showRate(changed[i])}` : ""}`}
            none={states[i]!.lacking ? "lacking here" : "not run yet"}
          />
        ))}
        {ceiling !== undefined && (
          <PlotRow title="ceiling" bars={[{ kind: "ceiling", share: ceiling / top }]} value={showRate(ceiling)} />
        )}
      </div>
    </figure>
  );
}

interface PlotRowProps {
  readonly title: string;
  readonly bars: readonly { readonly kind: "own" | "edited" | "ceiling"; readonly share: number }[];
  readonly value: string | 0 | undefined;
  /** What stands there without a value. */
  readonly none?: string;
}

function PlotRow({ title, bars, value, none }: PlotRowProps) {
  return (
    <div class="plot-row">
      <span>{title}</span>
      <span class="track">
        {bars
          .filter(({ share }) => share > 0)
          .map(({ kind, share }) => (
            <span key={kind} class={`bar ${kind}`} style={{ width: `${(100 * share).toFixed(2)}%` }} />
          ))}
      </span>
      <span class={value ? "" : "muted"}>{value || none}</span>
    </div>
  );
}

export function showRate(gflops: number): string {
  return gflops >= 100 ? gflops.toFixed(0) : gflops.toPrecision(2);
}
