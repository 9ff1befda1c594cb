import { signal } from "@preact/signals";
import type { StepProfile } from "../../experiments/explain_plans.ts";
import type { Ceilings } from "../../kernels/ceiling/ceiling.ts";
import { ask } from "../client.ts";
import { loadData } from "../data_store.ts";
import { oneAtATime } from "../parts/one_at_a_time.ts";
import { query, setQuery } from "../route.ts";
import type { FollowRequest, Plan, PlanRequest } from "../worker/inside.ts";
import type { FollowedNetwork, NetworkValues } from "./network.ts";
import { type LayerBox, type PlanGraph, planGraph } from "./plan_graph.ts";

/** A plan that was asked for, and its drawing. */
export interface ShownPlan extends Plan {
  readonly request: PlanRequest;
  readonly graph: PlanGraph;
}

/** Times of the shown plan, and what the adapter can reach. */
export interface Measured {
  readonly profile: StepProfile;
  readonly ceilings: Ceilings;
}

export const plan = signal<ShownPlan | undefined>(undefined);
export const measured = signal<Measured | undefined>(undefined);
/** The layer whose ops are shown, and among all parts of the plan the one that is shown. */
export const shownBox = signal<string | undefined>(undefined);
export const shownPart = signal<number | undefined>(undefined);
export const network = signal<NetworkValues | undefined>(undefined);
/** What the worker is asked for; nothing else is begun meanwhile. */
const { busy, failure, alone } = oneAtATime();

export { busy, failure };

export type Part = "plan" | "follow";

export function shownTab(): Part {
  return query.value.get("part") === "follow" ? "follow" : "plan";
}

export function showTab(part: Part): void {
  setQuery({ part });
}

/** Shows a layer, and of its parts the one with most operations. */
export function showBox({ id, parts }: LayerBox): void {
  shownBox.value = id;
  shownPart.value = parts.reduce((a, b) => (b.part.flops > a.part.flops ? b : a)).index;
}

/** Compiles a step and shows its plan. */
export function showPlan(request: PlanRequest): Promise<void> {
  return alone("Compiling the step", async () => {
    if (JSON.stringify(plan.value?.request) === JSON.stringify(request)) return;
    const answer = await ask("insidePlan", request);
    measured.value = undefined;
    const graph = planGraph(answer.explanation);
    const forward = graph.boxes.filter(({ backward }) => !backward);
    showBox(forward.reduce((a, b) => (b.flops > a.flops ? b : a)));
    plan.value = { ...answer, request, graph };
  });
}

/** Runs the shown plan and times its dispatches. */
export function measure(): Promise<void> {
  return alone("Running and timing every dispatch", async () => {
    const shown = plan.value;
    if (shown) measured.value = await ask("insideProfile", shown.request);
  });
}

/** Sends a sample through a network. */
export function followSample(request: FollowRequest): Promise<void> {
  return alone("Running the network", async () => {
    if (request.network === "cnn") await loadData(request.data);
    network.value = await ask("insideFollow", request);
  });
}

/** What the address says is followed. */
export function followedNetwork(): FollowedNetwork {
  return query.value.get("network") === "cnn" ? "cnn" : "generator";
}
