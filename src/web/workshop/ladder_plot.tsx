import type { Ladder } from "./ladders.ts";
import type { RungState } from "./store.ts";

const ROW = 30;
const LEFT = 150;
const WIDTH = 640;
const RIGHT = 90;

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
  const edited = states.map(
    ({ speed, edited: both }, i) => speed && both && (rates[i]! * both.originalMs) / both.editedMs,
  );
  const top = Math.max(ceiling ?? 0, ...rates.map((rate) => rate ?? 0), ...edited.map((rate) => rate ?? 0));
  const scale = (rate: number) => (top > 0 ? ((WIDTH - LEFT - RIGHT) * rate) / top : 0);
  const work = states.find(({ speed }) => speed)?.speed?.work;
  const said = ladder.rungs.map(({ title }, i) => `${title} ${rates[i] ? showRate(rates[i]) : "not run"}`).join(", ");
  const height = ROW * ladder.rungs.length + 30;
  return (
    <figure class="ladder-plot">
      <figcaption>GFLOP/s: billions of additions and multiplications in a second{work && `, for ${work}`}</figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={`GFLOP/s: ${said}`}>
        {ladder.rungs.map(({ variant, title }, i) => (
          <g key={variant} transform={`translate(0 ${i * ROW})`}>
            <text x={LEFT - 8} y="19" text-anchor="end">
              {title}
            </text>
            {rates[i] ? (
              <>
                <rect class="bar" x={LEFT} y="4" width={scale(rates[i])} height={edited[i] ? 11 : 21} rx="2" />
                {edited[i] && <rect class="bar edited" x={LEFT} y="16" width={scale(edited[i])} height="11" rx="2" />}
                <text x={LEFT + scale(Math.max(rates[i], edited[i] || 0)) + 6} y="19" class="value">
                  {showRate(rates[i])}
                  {edited[i] ? `, edited ${showRate(edited[i])}` : ""}
                </text>
              </>
            ) : (
              <text x={LEFT + 4} y="19" class="none">
                {states[i]!.lacking ? "skipped: this adapter lacks what it needs" : "not run yet"}
              </text>
            )}
          </g>
        ))}
        {ceiling !== undefined && (
          <g>
            <line class="ceiling" x1={LEFT + scale(ceiling)} x2={LEFT + scale(ceiling)} y1="0" y2={height - 26} />
            <text x={LEFT + scale(ceiling)} y={height - 8} text-anchor="end">
              ceiling {showRate(ceiling)}: multiply-adds alone
            </text>
          </g>
        )}
      </svg>
    </figure>
  );
}

export function showRate(gflops: number): string {
  return gflops >= 100 ? gflops.toFixed(0) : gflops.toPrecision(2);
}
