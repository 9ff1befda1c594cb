import { UsageError } from "../../src/errors.ts";
import { browserTuner } from "../../src/experiments/tuning_browser.ts";
import { refuses, type WrongCall } from "../support/wrong_calls.ts";

refuses("the browser's tuner", [
  ...[undefined, null, Promise.resolve()].map(
    (device): WrongCall => [
      "browserTuner",
      () => browserTuner(device as never),
      UsageError,
      "give what openDevice() resolves to",
    ],
  ),
  ["browserTuner", (device) => browserTuner(device, { mode: "maybe" as never }), UsageError, 'mode "maybe"'],
  ["browserTuner", (device) => browserTuner(device, { modes: "on" } as never), UsageError, "modes"],
  ["browserTuner", (device) => browserTuner(device, { budgetMs: Number.NaN }), UsageError, "budgetMs is NaN"],
  ["browserTuner", (device) => browserTuner(device, { onTuned: 3 as never }), UsageError, "onTuned"],
  ["browserTuner", (device) => browserTuner(device, { onLost: "x" as never }), UsageError, "onLost"],
]);
