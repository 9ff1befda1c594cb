/** A piece of HTML that may stand in a page as it is. Only `html` and `trusted` make one. */
export class Html {
  readonly markup: string;
  constructor(markup: string) {
    this.markup = markup;
  }
}

type Part = Html | string | number | readonly Part[] | undefined;

/** HTML by a template: what is put in is escaped, unless it is Html itself; lists are joined, undefined is nothing. */
export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(literals.map((literal, index) => literal + render(parts[index])).join(""));
}

/** Markup made elsewhere, say an SVG whose texts are escaped already. */
export function trusted(markup: string): Html {
  return new Html(markup);
}

function render(part: Part): string {
  if (part === undefined) return "";
  if (part instanceof Html) return part.markup;
  if (typeof part === "string") return escapeText(part);
  if (typeof part === "number") return String(part);
  return part.map(render).join("");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text for HTML content and for quoted attributes. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** A count with thousands separated: 48,010. */
export function showCount(count: number): string {
  return Number.isFinite(count) ? count.toLocaleString("en-US", { maximumFractionDigits: 0 }) : "\u2013";
}

/** A measure with three decimals; a dash for one that is not finite. */
export function showMeasure(value: number): string {
  return Number.isFinite(value) ? value.toFixed(3) : "\u2013";
}

/** A duration for people: 8.4 s, 3 min 20 s, 2 h 05 min. */
export function showSeconds(seconds: number): string {
  if (!Number.isFinite(seconds)) return "\u2013";
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}
