/** Rounds that one invocation may spend in one loop of a checked kernel; what is run here need a thousand at most. */
export const MOST_ROUNDS = 16_384;

/** A kernel whose loops end, and where its loops begin: lines of the text, counted from 1. */
export interface GuardedText {
  readonly code: string;
  readonly loopLines: readonly number[];
}

/**
 * Lets no loop of a WGSL text run for ever: each counts its rounds and, after {@link MOST_ROUNDS}, writes its number (from 1) into a
 * u32 at `binding` and breaks. The counters of the entry point are its own variables, so that a loop that is uniform stays so and may
 * hold barriers; those of other functions outlive their calls. No line moves.
 */
export function guardLoops(code: string, binding: number): GuardedText {
  const plain = withoutComments(code);
  const inserts: { readonly at: number; readonly text: string }[] = [];
  const loopLines: number[] = [];
  const kept: string[] = [];
  for (const fn of functionsOf(plain)) {
    const own = fn.entry || /Barrier\s*\(/.test(plain.slice(fn.open, fn.close));
    const counters: string[] = [];
    for (const open of loopsOf(plain, fn.open, fn.close)) {
      loopLines.push(lineOf(plain, open));
      const number = loopLines.length;
      const counter = `rounds_${number}_`;
      counters.push(counter);
      const text = ` if (${counter} >= ${MOST_ROUNDS}u) { endless_ = ${number}u; break; } ${counter}++;`;
      inserts.push({ at: open + 1, text });
    }
    const declared = counters.map((counter) => `var${own ? "" : "<private>"} ${counter}: u32 = 0u;`).join(" ");
    if (own && declared) inserts.push({ at: fn.open + 1, text: ` ${declared}` });
    else if (declared) kept.push(declared);
  }
  let guarded = code;
  for (const { at, text } of inserts.sort((a, b) => b.at - a.at))
    guarded = guarded.slice(0, at) + text + guarded.slice(at);
  const tail = [`@group(0) @binding(${binding}) var<storage, read_write> endless_: u32;`, ...kept];
  return { code: `${guarded}\n${tail.join("\n")}\n`, loopLines };
}

/** The text with comments as blanks, every character in its place. */
export function withoutComments(code: string): string {
  let plain = "";
  let depth = 0;
  for (let i = 0; i < code.length; i++) {
    const pair = code.slice(i, i + 2);
    if (depth === 0 && pair === "//") {
      const end = code.indexOf("\n", i);
      const stop = end < 0 ? code.length : end;
      plain += " ".repeat(stop - i);
      i = stop - 1;
    } else if (pair === "/*" || (depth > 0 && pair === "*/")) {
      depth += pair === "/*" ? 1 : -1;
      plain += "  ";
      i++;
    } else plain += depth > 0 && code[i] !== "\n" ? " " : code[i];
  }
  return plain;
}

interface FunctionSpan {
  readonly entry: boolean;
  readonly open: number;
  readonly close: number;
}

function functionsOf(plain: string): FunctionSpan[] {
  const spans: FunctionSpan[] = [];
  for (const match of plain.matchAll(/\bfn\s+\w+\s*\(/g)) {
    const open = plain.indexOf("{", closing(plain, match.index + match[0].length - 1, "(", ")"));
    if (open < 0) continue;
    const before = plain.slice(0, match.index);
    const entry = /@compute\b[^{};]*$/.test(before);
    spans.push({ entry, open, close: closing(plain, open, "{", "}") });
  }
  return spans;
}

/** Places of the `{` of every loop between two places. */
function loopsOf(plain: string, from: number, to: number): number[] {
  const opens: number[] = [];
  for (const match of plain.slice(from, to).matchAll(/\b(for|while|loop)\b/g)) {
    const at = from + match.index + match[0].length;
    const head = /\S/.exec(plain.slice(at))?.[0];
    const after = match[1] === "for" ? closing(plain, plain.indexOf("(", at), "(", ")") : at;
    // A `while` may have no parentheses, and its condition holds no brace.
    const open = plain.indexOf("{", after);
    if (head !== undefined && open >= 0 && open < to) opens.push(open);
  }
  return opens;
}

/** Place of the bracket that closes the one at `open`; the end of a text that never closes it. */
function closing(plain: string, open: number, left: string, right: string): number {
  let depth = 0;
  for (let i = open; i >= 0 && i < plain.length; i++) {
    if (plain[i] === left) depth++;
    else if (plain[i] === right && --depth === 0) return i;
  }
  return plain.length;
}

function lineOf(text: string, at: number): number {
  return text.slice(0, at).split("\n").length;
}
