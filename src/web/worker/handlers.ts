import { dataHandlers } from "./data.ts";
import { deviceHandlers } from "./device.ts";
import { insideHandlers } from "./inside.ts";
import { keepHandlers } from "./keep.ts";
import { raceHandlers } from "./race.ts";
import { trainHandlers } from "./train.ts";
import { workshopHandlers } from "./workshop.ts";

/** Everything that the page can ask the worker for. */
export const HANDLERS = {
  ...deviceHandlers,
  ...dataHandlers,
  ...trainHandlers,
  ...raceHandlers,
  ...keepHandlers,
  ...insideHandlers,
  ...workshopHandlers,
};
