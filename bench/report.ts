import type { Device } from "../src/gpu/device.ts";
import type { Contestant, Work } from "./contestant.ts";
import { type Budget, measure, type Timing } from "./measure.ts";
import type { Tfjs } from "./tfjs.ts";

/** A contestant that could not do the work, or did it wrong. */
export interface Failure {
  readonly failure: string;
}

/** What came out for one piece of work. */
export interface Row {
  readonly name: string;
  readonly flops: number | undefined;
  readonly ours: Timing | Failure;
  readonly tfjs: Timing | Failure;
  /** Times by which tailgrad's median is shorter than tfjs's. */
  readonly ratio: number | undefined;
}

/** Checks and times one piece of work; failures become part of the row. */
export async function rowOf(work: Work, device: Device, rival: Tfjs | Failure, budget: Budget): Promise<Row> {
  const contestants = new Map<string, Contestant>();
  const failures = new Map<string, Failure>();
  const enter = async (name: string, open: () => Promise<Contestant>) => {
    try {
      const contestant = await open();
      try {
        await contestant.check();
        contestants.set(name, contestant);
      } catch (error) {
        contestant.dispose();
        throw error;
      }
    } catch (error) {
      failures.set(name, failureOf(error));
    }
  };
  await enter("tailgrad", () => work.ours(device));
  if ("failure" in rival) failures.set("tfjs", rival);
  else await enter("tfjs", () => work.tfjs(rival));
  try {
    const timings = await measure(contestants, budget);
    const resultOf = (name: string) => timings.get(name) ?? failures.get(name)!;
    return makeRow(work.name, work.flops, resultOf("tailgrad"), resultOf("tfjs"));
  } catch (error) {
    return makeRow(work.name, work.flops, failureOf(error), failures.get("tfjs") ?? { failure: "not timed" });
  } finally {
    for (const contestant of contestants.values()) contestant.dispose();
  }
}

/** A row with its ratio. */
export function makeRow(name: string, flops: number | undefined, ours: Timing | Failure, tfjs: Timing | Failure): Row {
  const ratio = "failure" in ours || "failure" in tfjs ? undefined : tfjs.medianMs / ours.medianMs;
  return { name, flops, ours, tfjs, ratio };
}

/** The first line of what went wrong. */
export function failureOf(error: unknown): Failure {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { failure: text.split("\n", 1)[0]! };
}
