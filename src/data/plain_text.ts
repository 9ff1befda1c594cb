/** What others wrote, fit to stand in a message: on one line, short, and without characters that steer a terminal. */

/** Control characters, line ends of every kind, and what turns the writing direction. */
const UNSHOWN = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/** Whether a text has no control characters and no line ends, so that it can stand in a message as it is. */
export function isPlainText(text: string): boolean {
  return !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text);
}

/** The text on one line: a line break becomes a space, any other control character is left out. */
export function oneLine(text: string): string {
  return text
    .split(/[\n\r\u2028\u2029]/)
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join(" ")
    .replace(UNSHOWN, "");
}

/** {@link oneLine}, cut to `most` characters. */
export function shortLine(text: string, most = 200): string {
  // What is cut away need not be looked at.
  const line = oneLine(text.slice(0, 4 * most));
  return line.length <= most ? line : `${line.slice(0, most - 3)}...`;
}

/** A value as JSON on one line of at most `most` characters, whatever it holds. */
export function showValue(value: unknown, most = 100): string {
  const text = jsonOf(value)
    .slice(0, most + 1)
    .replace(UNSHOWN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return text.length <= most ? text : `${text.slice(0, most - 3)}...`;
}

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "undefined";
  } catch {
    // JSON.parse reads what is nested a million deep, JSON.stringify does not write it.
    return "a value nested too deep to show";
  }
}
