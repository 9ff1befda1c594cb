import "./workshop.css";
import { ExercisesView } from "./exercises_view.tsx";
import { LadderView } from "./ladder_view.tsx";
import { type Bench, failure, show, shownBench } from "./store.ts";

const BENCHES: Readonly<Record<Bench, string>> = {
  matmul: "Ladder: matrix product",
  conv2d: "Ladder: convolution",
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
      <nav class="benches" aria-label="Parts of the workshop">
        {(Object.keys(BENCHES) as Bench[]).map((name) => (
          <button
            key={name}
            type="button"
            class={name === bench ? "" : "outline"}
            aria-current={name === bench ? "true" : undefined}
            onClick={() => show(name)}
          >
            {BENCHES[name]}
          </button>
        ))}
      </nav>
      {failure.value && (
        <p role="alert" class="problem">
          {failure.value}
        </p>
      )}
      {bench === "exercises" ? <ExercisesView /> : <LadderView key={bench} ladder={bench} />}
    </div>
  );
}
