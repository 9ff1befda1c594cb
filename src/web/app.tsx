import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { AboutView } from "./about/view.tsx";
import { dragging } from "./drop.ts";
import { InsideView } from "./inside/view.tsx";
import { KeepView } from "./keep/view.tsx";
import { NoWebGpu } from "./parts/no_webgpu.tsx";
import { RaceView } from "./race/view.tsx";
import { hrefOf, view } from "./route.ts";
import { StatusBar } from "./status_bar.tsx";
import { TrainView } from "./train/view.tsx";
import { VIEW_NAMES, VIEWS, type ViewName } from "./view_names.ts";
import { WorkshopView } from "./workshop/view.tsx";

const SHOWN: Readonly<Record<ViewName, ComponentType>> = {
  train: TrainView,
  race: RaceView,
  inside: InsideView,
  workshop: WorkshopView,
  keep: KeepView,
  about: AboutView,
};

/** The page: its name, the way to the views, and the view that the address names. */
export function App() {
  const Shown = SHOWN[view.value];
  useEffect(() => {
    document.title = `${VIEWS[view.value]} – tailgrad`;
  }, [view.value]);
  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById("main")?.focus()}>
        Skip to the content
      </button>
      <header class="page-header">
        <p class="brand">
          <img src="./icon.svg" alt="" width="26" height="26" /> tailgrad
        </p>
        <nav aria-label="Views">
          <ul>
            {VIEW_NAMES.map((name) => (
              <li key={name}>
                <a href={hrefOf(name)} aria-current={name === view.value ? "page" : undefined}>
                  {VIEWS[name]}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <StatusBar />
      </header>
      <main id="main" tabIndex={-1}>
        <NoWebGpu />
        <Shown />
      </main>
      {dragging.value && <div class="drop-cover">Drop IDX files, weights (.safetensors) or a run folder</div>}
    </>
  );
}
