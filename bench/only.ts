import { FIRST_STEPS, type FirstStepName } from "./latency.ts";
import { type Choice, chosenWork } from "./works.ts";

/** The first steps that `--only` leaves. */
export function chosenFirstSteps(only?: RegExp): FirstStepName[] {
  return (Object.keys(FIRST_STEPS) as FirstStepName[]).filter((name) => !only || only.test(firstStepTitle(name)));
}

/** What is wrong with `--only`: it matches nothing, and these names are near to it, or are all; nothing if it is right. */
export function onlyProblem({
  only,
  ladder,
  scaling,
}: Pick<Choice, "only" | "ladder" | "scaling">): string | undefined {
  const chosen = (pattern: RegExp) => [
    ...chosenWork({ only: pattern, ladder, scaling, software: false }).map(({ name }) => name),
    ...chosenFirstSteps(pattern).map(firstStepTitle),
  ];
  if (!only || chosen(only).length > 0) return undefined;
  const words = only.source.toLowerCase().match(/[a-z0-9]{3,}/g) ?? [];
  const all = chosen(/./);
  const near = all.filter((name) => words.some((word) => name.toLowerCase().includes(word)));
  const names = (near.length > 0 ? near : all).map((name) => `\n  ${name}`).join("");
  const more = ladder && scaling ? "" : "\nWith --ladder and --scaling there is more.";
  return `bench: --only ${only.source}: no work has such a name; give a pattern that matches one of${names}${more}`;
}

function firstStepTitle(name: FirstStepName): string {
  return `${name}: first step, start, memory`;
}
