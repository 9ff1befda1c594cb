import { useEffect } from "preact/hooks";
import { adapter } from "../client.ts";
import { classNamesOf } from "../data_store.ts";
import { SourceLink } from "../parts/source_link.tsx";
import { query, setQuery } from "../route.ts";
import { readAddress } from "../settings.ts";
import { support } from "../support.ts";
import { HeatMap } from "./heat_map.tsx";
import type { FollowedLayer, LayerKind, NetworkValues } from "./network.ts";
import { busy, followedNetwork, followSample, network } from "./store.ts";
import { TraceView } from "./trace_view.tsx";

const NAMES: Readonly<Record<LayerKind, string>> = {
  input: "input",
  conv2d: "convolution",
  convTranspose2d: "transposed convolution",
  linear: "dot products",
  maxPool2d: "max pooling",
  relu: "ReLU",
  leakyRelu: "leaky ReLU",
  tanh: "tanh",
  batchNorm: "normalisation",
  reshape: "reshaped",
};

const NEEDS_WEBGPU =
  "The numbers are those of a network that runs on this adapter. So they are shown where WebGPU works.";

/** How a layer's numbers are laid out as pictures: so many of so many rows and columns. */
export function picturesOf(layer: FollowedLayer): { count: number; rows: number; columns: number } {
  const { shape } = layer;
  if (shape.length === 3) return { count: shape[0]!, rows: shape[1]!, columns: shape[2]! };
  const size = shape.reduce((product, n) => product * n, 1);
  const columns = size === 784 ? 28 : size <= 10 ? size : Math.ceil(Math.sqrt(size * 2));
  return { count: 1, rows: Math.ceil(size / columns), columns };
}

/** A whole number from the address, within bounds. */
function numberAt(key: string, most: number, usual: number): number {
  const text = query.value.get(key);
  const value = Number(text);
  return text !== null && Number.isInteger(value) && value >= 0 && value <= most ? value : Math.min(usual, most);
}

/** One number of a network, what it was made of, and where its gradient goes. */
export function FollowView() {
  const name = followedNetwork();
  const label = numberAt("class", 9, 9);
  const seed = numberAt("sample", 999, 1);
  const { gan, data } = readAddress(query.value).settings;
  useEffect(() => {
    followSample({ network: name, gan, data, label, seed });
  }, [name, gan, data, label, seed]);
  const values = network.value;
  const without = typeof support.value === "object";
  const slow = name === "generator" && gan === "dccgan_leaky" && adapter.value?.software;
  const running = slow ? "; a software adapter takes minutes to compile these convolutions" : "";
  return (
    <>
      <section class="card" aria-label="What to follow">
        <div class="choices">
          <label>
            Network
            <select
              value={name}
              onChange={({ currentTarget }) =>
                setQuery({ network: currentTarget.value, layer: undefined, number: undefined })
              }
            >
              <option value="generator">generator: from noise to a picture</option>
              <option value="cnn">classifier: from a picture to a class</option>
            </select>
          </label>
          <label>
            Class
            <select value={String(label)} onChange={({ currentTarget }) => setQuery({ class: currentTarget.value })}>
              {classNamesOf(data).map((text, i) => (
                <option key={text} value={String(i)}>
                  {text}
                </option>
              ))}
            </select>
          </label>
          <button type="button" class="outline" onClick={() => setQuery({ sample: String((seed % 999) + 1) })}>
            Another sample
          </button>
        </div>
        <p class="hint" role="status">
          {busy.value !== undefined
            ? `${busy.value}${running} …`
            : values
              ? weightsText(values)
              : without && NEEDS_WEBGPU}
        </p>
      </section>
      {values && values.layers.length > 0 && <Layers values={values} />}
    </>
  );
}

function weightsText({ model, weights: { steps, file } }: NetworkValues): string {
  const [what, kind] = model === "cnn" ? ["The classifier", "classifier"] : [`The generator ${model}`, "generator"];
  if (file !== undefined) {
    return `${what} with the weights of ${file}${steps > 0 ? `, trained for ${steps} more steps` : ""}.`;
  }
  return steps > 0
    ? `${what} with the weights of the view Train, after ${steps} steps.`
    : `${what} with random weights, as drawn: train a ${kind} in the view Train, come back, and follow it.`;
}

/** The chain of layers, the numbers of the chosen one, and the trace of the chosen number. */
function Layers({ values }: { readonly values: NetworkValues }) {
  const { layers } = values;
  // The last sums of products, which become the picture or the classes.
  const last = layers.findLastIndex(({ weight }) => weight !== undefined);
  const layer = numberAt("layer", layers.length - 1, last);
  const shown = layers[layer]!;
  const pictures = picturesOf(shown);
  const size = pictures.rows * pictures.columns;
  const usual = Math.floor(pictures.rows / 2) * pictures.columns + Math.floor(pictures.columns / 2);
  const number = numberAt("number", shown.values.length - 1, usual);
  const channel = Math.floor(number / size);
  const choose = (at: number, of = layer) => setQuery({ layer: String(of), number: String(at) });
  const chosen = number - channel * size;
  return (
    <>
      <section class="card" aria-labelledby="chain-title">
        <h2 id="chain-title">1. Choose a layer</h2>
        <ol class="chain">
          {layers.map((one, i) => {
            const { rows, columns } = picturesOf(one);
            return (
              <li key={one.name}>
                <button
                  type="button"
                  class={i === layer ? "link-box chosen" : "link-box"}
                  aria-pressed={i === layer}
                  onClick={() => setQuery({ layer: String(i), number: undefined })}
                >
                  <HeatMap
                    values={one.values}
                    rows={rows}
                    columns={columns}
                    scale={Math.max(1, Math.min(56 / columns, 56 / rows))}
                  />
                  <b>{NAMES[one.kind]}</b>
                  <span class="muted">{one.shape.join(" x ")}</span>
                </button>
              </li>
            );
          })}
        </ol>
      </section>
      <div class="number-and-trace">
        <section class="card" aria-labelledby="numbers-title">
          <h2 id="numbers-title">2. Choose a number</h2>
          <p>
            <b>{NAMES[shown.kind]}</b> <span class="muted">{shown.name}</span>
          </p>
          {pictures.count > 1 && (
            <label class="channel">
              Channel
              <select
                value={String(channel)}
                onChange={({ currentTarget }) => choose(Number(currentTarget.value) * size + chosen)}
              >
                {Array.from({ length: pictures.count }, (_, c) => (
                  <option key={`channel ${c + 1}`} value={String(c)}>
                    {c}
                  </option>
                ))}
              </select>
            </label>
          )}
          <HeatMap
            values={shown.values.subarray(channel * size, channel * size + size)}
            rows={pictures.rows}
            columns={pictures.columns}
            scale={Math.min(13, 364 / pictures.columns)}
            chosen={chosen}
            onChoose={(at) => {
              if (channel * size + at < shown.values.length) choose(channel * size + at);
            }}
            label={`Numbers of ${shown.name}`}
          />
          <p class="hint">Black is the smallest number, white the largest. Click one, or use the arrow keys.</p>
          <p class="hint">
            In code: <SourceLink file={SOURCES[shown.kind]} />
          </p>
        </section>
        <section class="card" aria-labelledby="trace-title" aria-live="polite">
          <h2 id="trace-title">3. See what it is made of</h2>
          <TraceView values={values} layer={layer} number={number} choose={choose} />
        </section>
      </div>
    </>
  );
}

/** Where each kind of layer is computed. */
const SOURCES: Readonly<Record<LayerKind, string>> = {
  input: "src/web/worker/follow.ts",
  conv2d: "src/kernels/conv2d/gather_naive.wgsl",
  convTranspose2d: "src/kernels/conv2d/gather_naive.wgsl",
  linear: "src/kernels/matmul/naive.wgsl",
  maxPool2d: "src/kernels/pool2d/max_pool2d_2x2.wgsl",
  relu: "src/autograd/ops/elementwise.ts",
  leakyRelu: "src/autograd/ops/elementwise.ts",
  tanh: "src/autograd/ops/elementwise.ts",
  batchNorm: "src/autograd/ops/batch_norm.ts",
  reshape: "src/autograd/ops/reshape.ts",
};
