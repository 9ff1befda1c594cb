import { Fragment } from "preact";
import { useState } from "preact/hooks";
import { placeOf } from "../parts/places.ts";
import { SideScroll } from "../parts/side_scroll.tsx";
import { follow, type LargestTrace, type RuleTrace, type SumTrace, type Term } from "./follow.ts";
import { HeatMap } from "./heat_map.tsx";
import type { NetworkValues } from "./network.ts";

interface TraceProps {
  readonly values: NetworkValues;
  readonly layer: number;
  readonly number: number;
  /** Goes to another number. */
  readonly choose: (at: number, layer: number) => void;
}

/** What one number was made of, and what its gradient gives back. */
export function TraceView(props: TraceProps) {
  const { values, layer, number } = props;
  const shown = values.layers[layer]!;
  const trace = follow(values, layer, number);
  const value = shown.values[number]!;
  const gradient = shown.gradient[number]!;
  return (
    <>
      <p class="result">
        [{placeOf(number, shown.shape).join(", ")}] = <b>{show(value)}</b>
      </p>
      {trace.kind === "input" && <p>Nothing was computed for it: it goes into the network.</p>}
      {trace.kind === "rule" && <Rule trace={trace} {...props} />}
      {trace.kind === "largest" && <Largest trace={trace} gradient={gradient} {...props} />}
      {trace.kind === "sum" && trace.window && <Window key={`${layer}`} trace={trace} gradient={gradient} {...props} />}
      {trace.kind === "sum" && !trace.window && <Products trace={trace} gradient={gradient} {...props} />}
      {trace.kind !== "input" && Math.abs(trace.total - value) > 1e-6 && (
        <p class="hint">
          The GPU counts with 24 binary digits: {show(value)}. With 53 it is {trace.total.toPrecision(9)}.
        </p>
      )}
      <h3>The way back</h3>
      <p>
        The loss is {show(values.loss)}. Its slope in this number is <b>g = {show(gradient)}</b>:{" "}
        {gradient === 0
          ? "a small change of it changes nothing."
          : `make it larger by a small d, and the loss becomes ${gradient > 0 ? "larger" : "smaller"} by about ${show(Math.abs(gradient))} · d.`}{" "}
        {trace.kind === "sum" &&
          "Each input gets g times the weight that it was multiplied by, each weight gets g times its input, the bias gets g."}
        {trace.kind === "largest" && "All of g goes to the largest; the others get nothing."}
        {trace.kind === "rule" && `Its input got ${show(values.layers[layer - 1]!.gradient[trace.at] ?? 0)}.`}
      </p>
    </>
  );
}

/** The dot product of a fully connected layer: its largest products. */
function Products({ trace, gradient, layer, choose }: TraceProps & { trace: SumTrace; gradient: number }) {
  const most = 10;
  const order = [...trace.terms].sort((a, b) => Math.abs(b.product) - Math.abs(a.product));
  const shown = order.slice(0, most);
  const rest = order.slice(most).reduce((sum, { product }) => sum + product, 0);
  return (
    <>
      <p>
        A dot product: every number of the layer before, {trace.terms.length} in all, times a weight, added up. The{" "}
        {shown.length} largest products:
      </p>
      <TermTable terms={shown} gradient={gradient} choose={(at) => choose(at, layer - 1)} />
      <Sum
        summands={[
          { value: shown.reduce((sum, { product }) => sum + product, 0), what: `these ${shown.length}` },
          ...(order.length > most ? [{ value: rest, what: `the other ${order.length - most}` }] : []),
          { value: trace.bias, what: "bias" },
        ]}
        total={trace.total}
      />
    </>
  );
}

/** The windows of a convolution: one of the input channels in numbers, all of them as sums. */
function Window({ trace, gradient, values, layer, choose }: TraceProps & { trace: SumTrace; gradient: number }) {
  const [height, width] = trace.window!;
  const taps = height * width;
  const channels = trace.terms.length / taps;
  const [asked, setAsked] = useState<number | undefined>(undefined);
  const sums = Array.from({ length: channels }, (_, c) =>
    trace.terms.slice(c * taps, (c + 1) * taps).reduce((sum, { product }) => sum + product, 0),
  );
  const largest = sums.reduce((best, sum, c) => (Math.abs(sum) > Math.abs(sums[best]!) ? c : best), 0);
  const channel = asked !== undefined && asked < channels ? asked : largest;
  const rest = sums.reduce((a, b) => a + b, 0) - sums[channel]!;
  const terms = trace.terms.slice(channel * taps, (channel + 1) * taps);
  const before = values.layers[layer - 1]!;
  const [, rows = 1, columns = 1] = before.shape;
  const [, top = 0, left = 0] = terms[0]!.place;
  return (
    <>
      <p>
        {trace.transposed &&
          "A transposed convolution spreads each of its inputs over a window of results. Here arrives: "}
        {trace.transposed ? "a" : "A"} window of {height} x {width} numbers
        {channels > 1 ? ` in each of ${channels} channels` : ""}, each times a weight, added up. Where the window
        reaches over the edge, zeros count.
      </p>
      {channels > 1 && (
        <label class="channel">
          Input channel
          <select value={String(channel)} onChange={({ currentTarget }) => setAsked(Number(currentTarget.value))}>
            {sums.map((sum, c) => (
              <option key={`channel ${c + 1}`} value={String(c)}>
                {c}: adds {show(sum)}
              </option>
            ))}
          </select>
        </label>
      )}
      <div class="window">
        <HeatMap
          values={before.values.subarray(channel * rows * columns, (channel + 1) * rows * columns)}
          rows={rows}
          columns={columns}
          scale={Math.min(6, 168 / columns)}
          window={[top, left, height, width]}
          label={`Channel ${channel} of the layer before, with the window`}
        />
        <TermTable terms={terms} gradient={gradient} choose={(at) => choose(at, layer - 1)} />
      </div>
      <Sum
        summands={[
          { value: sums[channel]!, what: channels > 1 ? `channel ${channel}` : "the window" },
          ...(channels > 1 ? [{ value: rest, what: `the other ${channels - 1}` }] : []),
          { value: trace.bias, what: "bias" },
        ]}
        total={trace.total}
      />
    </>
  );
}

/** Summands with what each is, and what they make; a negative one is taken away. */
function Sum({
  summands,
  total,
}: {
  readonly summands: readonly { readonly value: number; readonly what: string }[];
  readonly total: number;
}) {
  return (
    <p class="sum">
      {summands.map(({ value, what }, i) => (
        <Fragment key={what}>
          <span>
            {i === 0 ? show(value) : `${value < 0 ? "-" : "+"} ${show(Math.abs(value))}`}{" "}
            <span class="muted">({what})</span>
          </span>{" "}
        </Fragment>
      ))}
      = <b>{show(total)}</b>
    </p>
  );
}

/** Products, one a row; the input is a way to the number itself. */
function TermTable({
  terms,
  gradient,
  choose,
}: {
  readonly terms: readonly Term[];
  readonly gradient: number;
  readonly choose: (at: number) => void;
}) {
  const largest = Math.max(...terms.map(({ product }) => Math.abs(product)), 1e-30);
  return (
    <SideScroll label="Products, and what goes back">
      <table class="terms">
        <thead>
          <tr>
            <th scope="col">place</th>
            <th scope="col">input x</th>
            <th scope="col">weight w</th>
            <th scope="col">x · w</th>
            <th scope="col">
              back to x: <br />g · w
            </th>
            <th scope="col">
              back to w: <br />g · x
            </th>
          </tr>
        </thead>
        <tbody>
          {terms.map(({ x, w, product, place, at }) => (
            <tr key={place.join()}>
              <th scope="row">
                {at === undefined ? (
                  <span class="muted">outside</span>
                ) : (
                  <button type="button" class="text-button" onClick={() => choose(at)}>
                    [{place.join(", ")}]
                  </button>
                )}
              </th>
              <td>{show(x)}</td>
              <td>{show(w)}</td>
              <td class="product">
                <svg viewBox="-50 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                  <rect
                    class={product < 0 ? "less" : "more"}
                    x={Math.min(0, (50 * product) / largest)}
                    width={Math.abs((50 * product) / largest)}
                    height="10"
                  />
                </svg>
                {show(product)}
              </td>
              <td>{at === undefined ? "" : show(gradient * w)}</td>
              <td>{show(gradient * x)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </SideScroll>
  );
}

/** The window of a pooling. */
function Largest({ trace, gradient, layer, choose }: TraceProps & { trace: LargestTrace; gradient: number }) {
  return (
    <>
      <p>The largest of a window of {trace.terms.length}:</p>
      <table class="terms">
        <thead>
          <tr>
            <th scope="col">place</th>
            <th scope="col">input x</th>
            <th scope="col">back to x</th>
          </tr>
        </thead>
        <tbody>
          {trace.terms.map(({ x, at, place }, i) => (
            <tr key={place.join()} class={i === trace.winner ? "winner" : ""}>
              <th scope="row">
                <button type="button" class="text-button" onClick={() => choose(at!, layer - 1)}>
                  [{place.join(", ")}]
                </button>
              </th>
              <td>
                {show(x)} {i === trace.winner && <b>the largest</b>}
              </td>
              <td>{show(i === trace.winner ? gradient : 0)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** One number from one number. */
function Rule({ trace, layer, choose }: TraceProps & { trace: RuleTrace }) {
  return (
    <p>
      From x = <b>{show(trace.x)}</b> at{" "}
      <button type="button" class="text-button" onClick={() => choose(trace.at, layer - 1)}>
        [{trace.place.join(", ")}]
      </button>{" "}
      of the layer before, by {trace.rule}.
    </p>
  );
}

function show(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  return size >= 1e-3 && size < 1e5 ? value.toPrecision(4) : value.toExponential(2);
}
