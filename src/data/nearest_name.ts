import { closestMatch } from "leven";

/** Edits that a slip of the keyboard makes at most. */
const MOST_EDITS = 3;

/** " (Did you mean NAME?)" where one of `names` is near to what was written, else nothing: for the messages that refuse it. */
export function didYouMean(written: string, names: readonly string[]): string {
  const maxDistance = Math.min(MOST_EDITS, Math.floor(written.length / 2));
  const nearest = closestMatch(written.toLowerCase(), names, { maxDistance });
  return nearest === undefined ? "" : ` (Did you mean ${nearest}?)`;
}
