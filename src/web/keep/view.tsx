import { signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { SourceLink } from "../parts/source_link.tsx";
import { settings } from "../train/store.ts";
import { commandsOf } from "./command.ts";
import { ReportPart } from "./report_view.tsx";
import { saveWeights, takeWeights, weightsFailure, weightsNotice } from "./weights_store.ts";

/** Keep & share: a link, the same training in Node, weights as files, reports of runs. */
export function KeepView() {
  return (
    <div class="keep">
      <h1>Keep &amp; share</h1>
      <LinkPart />
      <CommandPart />
      <WeightsPart />
      <ReportPart />
    </div>
  );
}

/** What was copied last, or could only be selected: browsers give the clipboard to pages over https alone. */
const copied = signal("");
const selected = signal("");

async function copy(label: string, text: string, shown: HTMLElement): Promise<void> {
  copied.value = selected.value = "";
  try {
    await navigator.clipboard.writeText(text);
    copied.value = label;
  } catch {
    getSelection()?.selectAllChildren(shown);
    selected.value = label;
  }
}

function LinkPart() {
  const { data } = settings.value;
  return (
    <section class="panel">
      <h2>A link to these settings</h2>
      <p>
        The address of this page holds every setting: who opens it trains the same, and on the same adapter gets the
        same bits.
      </p>
      {data !== "garments" && (
        <p class="hint">
          The images are not in it: who opens it drops the same files{data === "files" ? "" : ", or fetches them"}.
        </p>
      )}
      <CopyText label="link" text={location.href.replace("#keep", "#train")} />
    </section>
  );
}

function CommandPart() {
  return (
    <section class="panel">
      <h2>The same in Node</h2>
      <p>
        The command trains the same networks on the same images with the same numbers.{" "}
        <SourceLink file="src/web/keep/command.ts" />
      </p>
      <CopyText label="commands" text={commandsOf(settings.value).join("\n")} />
    </section>
  );
}

function CopyText({ label, text }: { readonly label: string; readonly text: string }) {
  const shown = useRef<HTMLPreElement>(null);
  return (
    <div class="copy-text">
      <pre ref={shown}>
        <code>
          {text.split("\n").map((line) => (
            <Line key={line} text={line} />
          ))}
        </code>
      </pre>
      <button type="button" class="secondary" onClick={() => copy(label, text, shown.current!)}>
        {copied.value === label ? "Copied" : `Copy the ${label}`}
      </button>
      {selected.value === label && (
        <p class="hint" role="status">
          This browser does not let the page copy here. The text is selected: press Ctrl+C, or ⌘C.
        </p>
      )}
    </div>
  );
}

/** A line that breaks between words only, not within `--batch-size`. */
function Line({ text }: { readonly text: string }) {
  return (
    <span class="line">{text.split(" ").map((word, i) => [i > 0 ? " " : "", <span class="word">{word}</span>])}</span>
  );
}

const FILES = [
  { name: "generator", text: "Generator" },
  { name: "discriminator", text: "Discriminator" },
  { name: "cnn", text: "Classifier" },
] as const;

function WeightsPart() {
  return (
    <section class="panel">
      <h2>Weights as files</h2>
      <p>
        safetensors with PyTorch's names, byte for byte what the command writes for the same weights. Out of the
        training in Train, and back into it. <SourceLink file="src/data/safetensors.ts" />
      </p>
      <div class="run-buttons">
        {FILES.map(({ name, text }) => (
          <button key={name} type="button" class="secondary" onClick={() => saveWeights(name)}>
            Save {text}
          </button>
        ))}
        <label class="file-button">
          Load weights
          <input
            type="file"
            accept=".safetensors"
            onChange={({ currentTarget }) => {
              const file = currentTarget.files?.[0];
              currentTarget.value = "";
              if (file) takeWeights(file);
            }}
          />
        </label>
      </div>
      {weightsNotice.value && <p role="status">{weightsNotice.value}</p>}
      {weightsFailure.value && (
        <p role="alert" class="problem">
          {weightsFailure.value}
        </p>
      )}
    </section>
  );
}
