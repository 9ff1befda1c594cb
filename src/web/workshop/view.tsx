import "../parts/cards.css";
import "./workshop.css";
import { Tabs } from "../parts/tabs.tsx";
import { ExercisesView } from "./exercises_view.tsx";
import { LadderView } from "./ladder_view.tsx";
import { type Bench, failure, show, shownBench } from "./store.ts";

const BENCHES: Readonly<Record<Bench, string>> = {
  matmul: "Ladder: matrix product",
  conv2d: "Ladder: convolution",
  "conv2d-weights": "Ladder: weight gradient",
  exercises: "Exercises",
};

/** Kernel workshop: ladders of kernels to read, run and change, and exercises. */
export function WorkshopView() {
  const bench = shownBench();
  return (
    <div class="workshop">
      <h1>Kernel workshop</h1>
      <p class="lead">
        The GPU programs (kernels) that this page trains with are short texts in WGSL. Run them on your adapter, change
        them, and see at once whether they are still right, and how fast.
      </p>
      <Tabs label="Parts of the workshop" names={BENCHES} shown={bench} show={show} failure={failure.value} />
      {bench === "exercises" ? <ExercisesView /> : <LadderView key={bench} ladder={bench} />}
    </div>
  );
}
