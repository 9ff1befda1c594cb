import { computed, signal } from "@preact/signals";
import { VIEWS, type ViewName } from "./view_names.ts";

/*
 * The address says all: `#VIEW?key=value&...`. The view is a path of its own; the rest are settings, which all views share, so that a
 * link shows what its sender saw.
 */

interface Route {
  readonly view: ViewName;
  readonly query: URLSearchParams;
}

const current = signal<Route>(readRoute(location.hash));
/** The view that the address names; the first one for a name that is unknown. */
export const view = computed(() => current.value.view);
/** What the address says besides. Read-only: {@link setQuery} changes it. */
export const query = computed(() => current.value.query);

addEventListener("hashchange", () => {
  current.value = readRoute(location.hash);
});

function readRoute(hash: string): Route {
  const [name = "", text = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const known = Object.hasOwn(VIEWS, name) ? (name as ViewName) : "train";
  return { view: known, query: new URLSearchParams(text) };
}

/** The address of a view with the present settings, for links. */
export function hrefOf(name: ViewName): string {
  return hashOf({ view: name, query: query.value });
}

function hashOf({ view: name, query: settings }: Route): string {
  const text = settings.toString();
  return text ? `#${name}?${text}` : `#${name}`;
}

/** Writes settings into the address in place, without a new step in the history; undefined takes one out. */
export function setQuery(changes: Readonly<Record<string, string | undefined>>): void {
  const next = new URLSearchParams(query.value);
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) next.delete(key);
    else next.set(key, value);
  }
  current.value = { view: view.value, query: next };
  history.replaceState(null, "", hashOf(current.value));
}
