import { deviceHandlers } from "./device.ts";
import { insideHandlers } from "./inside.ts";
import { workshopHandlers } from "./workshop.ts";

/** Everything that the page can ask the worker for. */
export const HANDLERS = { ...deviceHandlers, ...insideHandlers, ...workshopHandlers };
