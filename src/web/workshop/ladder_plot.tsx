import type { ComponentChildren } from "preact";
import type { Ladder } from "./ladders.ts";
import type { RungState } from "./store.ts";

/** Powers of ten that the bars begin and end at. */
interface Scale {
  readonly first: number;
  readonly last: number;
}

/** GFLOP/s of every rung that was run, as bars on a logarithmic scale, and the ceiling. */
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
  const scale = scaleOf([ceiling, ...rates, ...changed].filter((rate) => rate !== undefined && rate > 0) as number[]);
  const work = states.find(({ speed }) => speed)?.speed?.work;
  const said = ladder.rungs.map(({ title }, i) => `${title} ${rates[i] ? showRate(rates[i]) : "not run"}`);
  if (ceiling !== undefined) said.push(`ceiling ${showRate(ceiling)}`);
  return (
    <figure class="ladder-plot">
      <figcaption>
        GFLOP/s: billions of additions and multiplications in a second{work && `, for ${work}`}
        {scale && "; each line is ten times the one before"}
      </figcaption>
      <div role="img" aria-label={`GFLOP/s: ${said.join(", ")}`}>
        {ladder.rungs.map(({ variant, title }, i) => (
          <PlotRow
            key={variant}
            title={title}
            scale={scale}
            bars={[
              { kind: "own", rate: rates[i] || 0 },
              { kind: "edited", rate: changed[i] || 0 },
            ]}
          >
            {rates[i] ? (
              `${showRate(rates[i])}${changed[i] ? `, edited ${showRate(changed[i])}` : ""}`
            ) : (
              <span class="muted">{states[i]!.lacking ? "lacking here" : "not run yet"}</span>
            )}
          </PlotRow>
        ))}
        {ceiling !== undefined && (
          <PlotRow title="ceiling" scale={scale} bars={[{ kind: "ceiling", rate: ceiling }]}>
            {showRate(ceiling)}
          </PlotRow>
        )}
        {scale && <ScaleRow scale={scale} />}
      </div>
    </figure>
  );
}

/** A whole decade below the least, so that its bar has a length; undefined before anything was run. */
function scaleOf(rates: readonly number[]): Scale | undefined {
  if (rates.length === 0) return undefined;
  return { first: Math.ceil(Math.log10(Math.min(...rates))) - 1, last: Math.ceil(Math.log10(Math.max(...rates))) };
}

interface PlotRowProps {
  readonly title: string;
  readonly scale: Scale | undefined;
  readonly bars: readonly { readonly kind: "own" | "edited" | "ceiling"; readonly rate: number }[];
  readonly children: ComponentChildren;
}

function PlotRow({ title, scale, bars, children }: PlotRowProps) {
  return (
    <div class="plot-row">
      <span>{title}</span>
      <span class="track">
        {scale && decadesOf(scale).map((power) => <i key={power} style={{ left: placeOf(10 ** power, scale) }} />)}
        {scale &&
          bars
            .filter(({ rate }) => rate > 0)
            .map(({ kind, rate }) => <span key={kind} class={`bar ${kind}`} style={{ width: placeOf(rate, scale) }} />)}
      </span>
      <span>{children}</span>
    </div>
  );
}

/** What the lines across the bars stand for. */
function ScaleRow({ scale }: { readonly scale: Scale }) {
  return (
    <div class="plot-row scale">
      <span />
      <span class="track">
        {decadesOf(scale).map((power) => (
          <b key={power} style={{ left: placeOf(10 ** power, scale) }}>
            {10 ** power}
          </b>
        ))}
      </span>
      <span />
    </div>
  );
}

function decadesOf({ first, last }: Scale): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

function placeOf(rate: number, { first, last }: Scale): string {
  return `${((100 * (Math.log10(rate) - first)) / (last - first)).toFixed(2)}%`;
}

export function showRate(gflops: number): string {
  return gflops >= 100 ? gflops.toFixed(0) : gflops.toPrecision(2);
}
