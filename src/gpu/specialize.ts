import type { Constants, Parts, ShaderSource } from "./launch.ts";

/**
 * Gives a kernel file's module-level constants other values, then unrolls what it marks. A `.wgsl` file compiles as it
 * stands; this makes its variants from the same text:
 * - `const ROWS = 16u;` takes the value given for ROWS, keeping its suffix (`alias` and type names likewise by string);
 * - a name with parentheses stands for its calls, if there are any: they go to the function given (`{ "abs()": "floor" }`);
 * - a part between `// @begin name` and `// @end name` is replaced by the lines given for it;
 * - a line `// @unroll` before `for (var i = A; i < B; i++) {` repeats the body with `i` written out;
 * - a line `// @value at = 2u * i + 1u` gives an integer of constants and unrolled counters a name within its block;
 * - a line `// @registers` before `var acc: array<T, N>;` splits the array into N variables, once indices are literal,
 *   because a private array that stays an array costs a memory access per use on CPU drivers.
 */
export function specialize(source: ShaderSource, constants: Constants, parts: Parts = {}): ShaderSource {
  let code = source.code;
  for (const [name, lines] of Object.entries(parts)) {
    const begin = code.indexOf(`// @begin ${name}\n`);
    const end = code.indexOf(`// @end ${name}`, begin);
    if (begin < 0 || end < 0) throw new Error(`${source.file} has no part ${name}`);
    code = `${code.slice(0, begin)}${lines.map((line) => `${line}\n`).join("")}${code.slice(code.indexOf("\n", end) + 1)}`;
  }
  for (const [name, value] of Object.entries(constants)) {
    if (name.endsWith("()")) {
      code = code.replace(new RegExp(`\\b${name.slice(0, -2)}\\(`, "g"), `${value}(`);
      continue;
    }
    const line = new RegExp(`^(const|alias) ${name}\\b([^=]*)= *([^;]+);`, "m");
    const match = line.exec(code);
    if (!match) throw new Error(`${source.file} has no constant ${name}`);
    const suffix = typeof value === "number" ? (/[uif]$/.exec(match[3] ?? "")?.[0] ?? "") : "";
    code = code.replace(line, `${match[1]} ${name}${match[2]}= ${value}${suffix};`);
  }
  return {
    file: source.file,
    code: splitRegisters(nameValues(unroll(code))),
    original: source.original ?? source.code,
    specialized: { constants, parts },
  };
}

/** Integer constants of the text, so that loop bounds and array sizes may be written as expressions of names. */
export function integerConstants(code: string): Map<string, number> {
  const values = new Map<string, number>();
  for (const [, name, text] of code.matchAll(/^const (\w+)[^=]*= *([^;]+);/gm)) {
    const value = evaluateInteger(text ?? "", values);
    if (value !== undefined) values.set(name ?? "", value);
  }
  return values;
}

/** Value of a product, quotient, sum or difference of integers and names; undefined where it is anything else. */
export function evaluateInteger(text: string, names: ReadonlyMap<string, number>): number | undefined {
  const plain = text
    .replace(/\b([A-Za-z_]\w*)\b/g, (name) => names.get(name)?.toString() ?? name)
    .replace(/(\d)u\b/g, "$1");
  if (!/^[\d\s+*/%()-]+$/.test(plain)) return undefined;
  // Precedence climbing over + - and * / %, integers only.
  const tokens = plain.match(/\d+|[+*/%()-]/g) ?? [];
  let at = 0;
  const atom = (): number => {
    const token = tokens[at++];
    if (token === "(") {
      const value = sum();
      at++;
      return value;
    }
    return Number(token);
  };
  const product = (): number => {
    let value = atom();
    for (let op = tokens[at]; op === "*" || op === "/" || op === "%"; op = tokens[at]) {
      at++;
      const right = atom();
      value = op === "*" ? value * right : op === "/" ? Math.floor(value / right) : value % right;
    }
    return value;
  };
  const sum = (): number => {
    let value = product();
    for (let op = tokens[at]; op === "+" || op === "-"; op = tokens[at]) {
      at++;
      value = op === "+" ? value + product() : value - product();
    }
    return value;
  };
  const value = sum();
  return at === tokens.length && Number.isFinite(value) ? value : undefined;
}

/** End of the block whose `{` stands at `open`. */
function blockEnd(code: string, open: number): number {
  let depth = 0;
  for (let i = open; i < code.length; i++) {
    if (code[i] === "{") depth++;
    else if (code[i] === "}" && --depth === 0) return i;
  }
  throw new Error("unbalanced braces");
}

/** Unrolls marked loops from the outermost in, so that inner bounds may use outer counters. */
function unroll(code: string): string {
  const names = integerConstants(code);
  const loop = /^[ \t]*\/\/ @unroll\n([ \t]*)for \(var (\w+) = ([^;]+); \w+ < ([^;]+); \w+(?:\+\+| \+= 1u)\) \{/m;
  for (let match = loop.exec(code); match; match = loop.exec(code)) {
    const [head, indent = "", counter = "", from = "", to = ""] = match;
    const first = evaluateInteger(from, names);
    const end = evaluateInteger(to, names);
    if (first === undefined || end === undefined) throw new Error(`cannot unroll: ${head.trim()}`);
    const open = match.index + head.length - 1;
    const close = blockEnd(code, open);
    const body = code.slice(open + 1, close);
    const use = new RegExp(`\\b${counter}\\b`, "g");
    let text = "";
    for (let i = first; i < end; i++) text += `${indent}{${body.replace(use, `${i}u`)}}\n`;
    code = code.slice(0, match.index) + text.trimEnd() + code.slice(close + 1);
  }
  return code;
}

/** Writes marked integers out wherever their names stand in the rest of their blocks. */
function nameValues(code: string): string {
  const names = integerConstants(code);
  const marked = /^[ \t]*\/\/ @value (\w+) = (.+)\n/m;
  for (let match = marked.exec(code); match; match = marked.exec(code)) {
    const [line, name = "", text = ""] = match;
    const value = evaluateInteger(text, names);
    if (value === undefined) throw new Error(`cannot evaluate: ${line.trim()}`);
    const begin = match.index + line.length;
    const end = blockEnd(code, code.lastIndexOf("{", match.index));
    const use = new RegExp(`\\b${name}\\b(?!\\()`, "g");
    code = code.slice(0, match.index) + code.slice(begin, end).replace(use, `${value}u`) + code.slice(end);
  }
  return code;
}

/** Turns marked arrays into one variable per element. */
function splitRegisters(code: string): string {
  const names = integerConstants(code);
  const declaration = /^[ \t]*\/\/ @registers\n([ \t]*)var (\w+): array<(\w+(?:<\w+>)?), ([^>]+)>;/m;
  for (let match = declaration.exec(code); match; match = declaration.exec(code)) {
    const [head, indent = "", name = "", type = "", countText = ""] = match;
    const count = evaluateInteger(countText, names);
    if (count === undefined) throw new Error(`cannot split: ${head.trim()}`);
    const variables = Array.from({ length: count }, (_, i) => `${indent}var ${name}_${i}: ${type};`).join("\n");
    code = code.slice(0, match.index) + variables + code.slice(match.index + head.length);
    code = code.replace(new RegExp(`\\b${name}\\[([^\\]]+)\\]`, "g"), (use, text: string) => {
      const index = evaluateInteger(text, names);
      if (index === undefined) throw new Error(`index of a register array is not constant: ${use}`);
      return `${name}_${index}`;
    });
  }
  return code;
}
