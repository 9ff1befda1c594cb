import { signal } from "@preact/signals";
import type { Ceilings } from "../../kernels/ceiling/ceiling.ts";
import { ask } from "../client.ts";
import { oneAtATime } from "../parts/one_at_a_time.ts";
import { query, setQuery } from "../route.ts";
import type { EditedSpeed, RungSpeed } from "../worker/workshop.ts";
import type { RungVerdict } from "./check_rung.ts";
import { EXERCISES, exerciseOf } from "./exercises.ts";
import { LADDERS, type LadderName, type Rung, rungOf } from "./ladders.ts";
import { askWithin } from "./limit.ts";
import { isRight, type Verdict } from "./verdict.ts";

/** What the workshop shows: one of the ladders, or the exercises. */
export type Bench = LadderName | "exercises";

/** The rungs' own texts by file, as far as they have been read. */
export const ownTexts = signal<Readonly<Record<string, string>>>({});

/** Reads a rung's own text from the file that lies beside the page. */
export async function readOwnText({ file }: Rung): Promise<void> {
  if (ownTexts.value[file] !== undefined) return;
  try {
    const response = await fetch(`./${file}.txt`);
    if (!response.ok) throw new Error(`the server answers ${response.status}`);
    const text = await response.text();
    ownTexts.value = { ...ownTexts.value, [file]: text };
  } catch (error) {
    failure.value = `${file} cannot be read: ${error instanceof Error ? error.message : error}. Reload the page.`;
  }
}

/** What is known of a rung. */
export interface RungState {
  readonly text?: string;
  /** Changes whenever the text is put into the editor from outside. */
  readonly version?: number;
  readonly lacking?: string;
  readonly speed?: RungSpeed;
  readonly edited?: EditedSpeed;
  readonly verdict?: RungVerdict;
}

/** What is known of the answer to an exercise. */
export interface ExerciseState {
  readonly text?: string;
  /** Changes whenever the text is put into the editor from outside. */
  readonly version?: number;
  readonly verdict?: Verdict;
  readonly solved?: boolean;
}

/** By ladder and variant, "matmul naive". */
export const rungs = signal<Readonly<Record<string, RungState>>>({});
export const exercises = signal<Readonly<Record<string, ExerciseState>>>({});
export const ceilings = signal<Ceilings | undefined>(undefined);
/** What the worker is asked for; nothing else is begun meanwhile. */
const { busy, failure, alone } = oneAtATime();

export { busy, failure };

/** What the address says is shown. */
export function shownBench(): Bench {
  const name = query.value.get("bench");
  return name === "exercises" || (name !== null && Object.hasOwn(LADDERS, name)) ? (name as Bench) : "matmul";
}

export function shownRung(ladder: LadderName) {
  return rungOf(ladder, query.value.get("rung") ?? "") ?? LADDERS[ladder].rungs[0]!;
}

export function shownExercise() {
  return exerciseOf(query.value.get("exercise") ?? "") ?? EXERCISES[0]!;
}

export function show(bench: Bench, place: { readonly rung?: string; readonly exercise?: string } = {}): void {
  setQuery({ bench, rung: place.rung, exercise: place.exercise });
}

export const rungKey = (ladder: LadderName, variant: string) => `${ladder} ${variant}`;

export function rungState(ladder: LadderName, variant: string): RungState {
  return rungs.value[rungKey(ladder, variant)] ?? {};
}

function changeRung(ladder: LadderName, variant: string, change: Partial<RungState>): void {
  const key = rungKey(ladder, variant);
  rungs.value = { ...rungs.value, [key]: { ...rungs.value[key], ...change } };
}

function changeExercise(id: string, change: Partial<ExerciseState>): void {
  exercises.value = { ...exercises.value, [id]: { ...exercises.value[id], ...change } };
}

export function editRung(ladder: LadderName, variant: string, text: string): void {
  const { verdict: _, edited: __, ...kept } = rungState(ladder, variant);
  rungs.value = { ...rungs.value, [rungKey(ladder, variant)]: { ...kept, text } };
}

/** Puts a rung's own text back, and forgets what was found out about the edited one. */
export function resetRung(ladder: LadderName, variant: string): void {
  const { speed, lacking, version = 0 } = rungState(ladder, variant);
  const kept: RungState = { version: version + 1, ...(speed ? { speed } : {}), ...(lacking ? { lacking } : {}) };
  rungs.value = { ...rungs.value, [rungKey(ladder, variant)]: kept };
}

export function editExercise(id: string, text: string): void {
  const { verdict: _, ...kept } = exercises.value[id] ?? {};
  exercises.value = { ...exercises.value, [id]: { ...kept, text } };
}

/** Puts a text into an exercise's editor: the broken one again, or the solution. */
export function putExercise(id: string, text: string): void {
  const { version = 0 } = exercises.value[id] ?? {};
  editExercise(id, text);
  changeExercise(id, { version: version + 1 });
}

/** Times all rungs of a ladder by their own texts, one after another. */
export function runLadder(ladder: LadderName): Promise<void> {
  return alone("Measuring the ceiling", async () => {
    ceilings.value ??= await ask("workshopCeilings", undefined);
    for (const { variant, title } of LADDERS[ladder].rungs) {
      busy.value = `Running ${title}`;
      const result = await ask("workshopTime", { ladder, variant });
      changeRung(ladder, variant, "lacking" in result ? { lacking: result.lacking } : { speed: result });
    }
  });
}

/** Checks the text that stands in a rung's place and, where it is right, compares its speed with the rung's own. */
export function checkEdited(ladder: LadderName, variant: string): Promise<void> {
  return alone("Checking", async () => {
    const text = rungState(ladder, variant).text ?? ownTexts.value[rungOf(ladder, variant)!.file]!;
    const result = await askWithin("workshopCheck", { ladder, variant, text });
    if ("lacking" in result) changeRung(ladder, variant, { lacking: result.lacking });
    else changeRung(ladder, variant, { verdict: result.verdict, ...(result.speed ? { edited: result.speed } : {}) });
  });
}

export function checkAnswer(id: string): Promise<void> {
  return alone("Checking", async () => {
    const text = exercises.value[id]?.text ?? exerciseOf(id)!.broken.code;
    const verdict = await askWithin("workshopExercise", { id, text });
    changeExercise(id, isRight(verdict) ? { verdict, solved: true } : { verdict });
  });
}
