import assert from "node:assert/strict";

/** Tags and attributes that a report is made of; no script, no link, nothing that runs or loads. */
const TAGS = new Set(
  (
    "html head meta title style body header nav main h1 h2 h3 h4 a p dl dt dd code section figure figcaption ul ol li details " +
    "summary div table thead tbody tr th td img svg path rect g text tspan defs clipPath polyline line span wbr"
  ).split(" "),
);
const EMPTY = new Set(["meta", "img", "wbr"]);
const ATTRIBUTE = /\s+([a-zA-Z:-]+)="([^"<>]*)"/g;
const TAG = /^<(\/?)([a-zA-Z0-9]+)((?:\s+[a-zA-Z:-]+="[^"<>]*")*)\s*(\/?)>$/;

/** Throws unless a page is well formed and holds only tags that a report is made of; gives its texts, unescaped. */
export function checkMarkup(page: string): Set<string> {
  const texts = new Set<string>();
  const open: string[] = [];
  const start = "<!doctype html>\n";
  assert.ok(page.startsWith(start));
  for (let at = start.length; at < page.length; ) {
    const next = page.indexOf("<", at);
    const text = page.slice(at, next < 0 ? page.length : next);
    assert.ok(!text.includes(">"), `a tag's end in text: ${text.slice(0, 100)}`);
    assert.match(text, /^(?:[^&]|&(?:amp|lt|gt|quot|#39|#x?[0-9a-f]+);)*$/, "an ampersand is escaped");
    texts.add(unescaped(text));
    if (next < 0) break;
    const end = page.indexOf(">", next) + 1;
    tag(page.slice(next, end || page.length), open);
    at = end || page.length;
  }
  assert.deepEqual(open, [], "all tags are closed");
  return texts;
}

function tag(text: string, open: string[]): void {
  const [, closing, name = "", attributes = "", alone] = TAG.exec(text) ?? [];
  assert.ok(TAGS.has(name), `not a tag of reports: ${text.slice(0, 200)}`);
  if (closing) {
    assert.equal(open.pop(), name, "closes what was opened last");
    return;
  }
  for (const [, key = "", value = ""] of attributes.matchAll(ATTRIBUTE)) {
    assert.ok(!/^on|^xlink/i.test(key), `attribute ${key}`);
    if (key === "href") assert.match(value, /^#part-\d+$/);
    if (key === "src") assert.match(value, /^data:image\/png;base64,[A-Za-z0-9+/=]*$/);
    if (name === "style") assert.fail("an attribute of the style sheet");
  }
  if (!alone && !EMPTY.has(name)) open.push(name);
}

function unescaped(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}
