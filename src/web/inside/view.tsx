import "../parts/cards.css";
import "./inside.css";
import { Tabs } from "../parts/tabs.tsx";
import { FollowView } from "./follow_view.tsx";
import { PlanView } from "./plan_view.tsx";
import { failure, type Part, shownTab, showTab } from "./store.ts";

const PARTS: Readonly<Record<Part, string>> = {
  plan: "The plan of a step",
  follow: "Follow one number",
};

/** Look inside: the plan of a step, down to a dispatch's text, and where one number came from. */
export function InsideView() {
  const part = shownTab();
  return (
    <div class="inside">
      <h1>Look inside</h1>
      <p class="lead">
        A training step is data: a list of small programs that the GPU runs one after another. Here is the list, and
        what each number in it is made of.
      </p>
      <Tabs label="Parts of this view" names={PARTS} shown={part} show={showTab} failure={failure.value} />
      {part === "plan" ? <PlanView /> : <FollowView />}
    </div>
  );
}
