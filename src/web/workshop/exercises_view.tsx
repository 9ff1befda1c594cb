import { ActionButton } from "../parts/action_button.tsx";
import { CodeEditor } from "../parts/code_editor.tsx";
import { SourceLink } from "../parts/source_link.tsx";
import { support } from "../support.ts";
import type { Exercise } from "./exercise.ts";
import { EXERCISES } from "./exercises.ts";
import { busy, checkAnswer, editExercise, exercises, putExercise, show, shownExercise } from "./store.ts";
import { marksOf, VerdictView } from "./verdict_view.tsx";

/** Short kernels with one mistake each. */
export function ExercisesView() {
  const shown = shownExercise();
  const solved = EXERCISES.filter(({ id }) => exercises.value[id]?.solved).length;
  return (
    <div class="exercises">
      <nav class="card" aria-label="Exercises">
        <p class="hint">
          {solved} of {EXERCISES.length} solved
        </p>
        <ol class="exercise-list">
          {EXERCISES.map(({ id, title }, i) => (
            <li key={id}>
              <button
                type="button"
                class="text-button"
                aria-current={id === shown.id ? "true" : undefined}
                onClick={() => show("exercises", { exercise: id })}
              >
                {i + 1}. {title} {exercises.value[id]?.solved && <span class="done">✓ solved</span>}
              </button>
            </li>
          ))}
        </ol>
      </nav>
      <ExerciseText key={shown.id} exercise={shown} />
    </div>
  );
}

function ExerciseText({ exercise }: { readonly exercise: Exercise }) {
  const { id, title, goal, hint, broken, solved, seen } = exercise;
  const { text = broken.code, version = 0, verdict } = exercises.value[id] ?? {};
  return (
    <section class="card" aria-labelledby="exercise-title">
      <h2 id="exercise-title">{title}</h2>
      <p>{goal}</p>
      <CodeEditor
        text={text}
        version={version}
        label={`WGSL of the exercise ${title}`}
        onEdit={(edited) => editExercise(id, edited)}
        marks={marksOf(verdict)}
      />
      <div class="actions">
        <ActionButton
          unavailable={busy.value !== undefined || typeof support.value === "object"}
          onClick={() => checkAnswer(id)}
        >
          Check
        </ActionButton>
        <ActionButton look="secondary" unavailable={text === broken.code} onClick={() => putExercise(id, broken.code)}>
          Reset
        </ActionButton>
        <span role="status">{busy.value !== undefined && `${busy.value} …`}</span>
      </div>
      <div aria-live="polite">{verdict && <VerdictView title="Your text" verdict={verdict} />}</div>
      <details>
        <summary>Hint</summary>
        <p>{hint}</p>
      </details>
      <details>
        <summary>Solution</summary>
        <p>
          In the library: <SourceLink file={seen.file} />, {seen.as}.
        </p>
        <button type="button" class="outline" onClick={() => putExercise(id, solved.code)}>
          Put it into the editor
        </button>
      </details>
    </section>
  );
}
