import type { Rng } from "../../src/kernels/random/philox.ts";
import { MOST_BYTES, type Mutator, pick } from "./mutate.ts";

/** Names that mean something to JavaScript, and values at the edges of what JSON can say. */
const HOSTILE = [
  '"__proto__"',
  '"constructor"',
  '"prototype"',
  '"toString"',
  '"hasOwnProperty"',
  '{"__proto__":{"polluted":1}}',
  '{"constructor":{"prototype":{"polluted":1}}}',
  "null",
  "true",
  "false",
  "{}",
  "[]",
  "0",
  "-0",
  "-1",
  "1",
  "0.5",
  "1e400",
  "-1e400",
  "1e308",
  "1e-400",
  "1e2",
  "2147483648",
  "4294967296",
  "9007199254740991",
  "9007199254740993",
  "NaN",
  "0x10",
  "01",
  '""',
  '"\\u0000"',
  '"\\ud800"',
  '"\u2028"',
  '"a\\nb"',
  '"\\r"',
  '"\\u001b[2J"',
  '"\\u009b31m"',
  '"../../../etc/passwd"',
  '"..\\\\..\\\\x"',
  '"/etc/passwd"',
  '"C:\\\\x"',
  '"//host/share"',
  '"</script><script>alert(1)</script>"',
  "// comment",
  ",",
  ":",
  "{",
  "}",
  "[",
  "]",
] as const;

const TOKEN = /"(?:[^"\\]|\\.)*"|[-+.\w]+|[{}[\],:]|\s+|./gs;

const decoder = new TextDecoder();
const encoder = new TextEncoder();

function hostile(rng: Rng): string {
  if (rng.chance(0.97)) return pick(rng, HOSTILE);
  const size = 1 + rng.integer(rng.chance(0.1) ? 20_000 : 500);
  return pick(rng, [
    () => "[".repeat(size) + "]".repeat(size),
    () => '{"a":'.repeat(size) + "1".concat("}".repeat(size)),
    () => "[".repeat(size),
    () => `"${"x".repeat(size)}"`,
    () => `"${"\\n".repeat(size)}"`,
    () => `[${"1,".repeat(size)}1]`,
    () => "9".repeat(size),
  ])();
}

/** A mutation of the list of tokens that a text falls into. */
type TokenEdit = (tokens: string[], rng: Rng) => void;

const edits: readonly TokenEdit[] = [
  (tokens, rng) => tokens.splice(rng.integer(tokens.length), 1 + rng.integer(3)),
  (tokens, rng) => {
    tokens[rng.integer(tokens.length)] = hostile(rng);
  },
  (tokens, rng) => {
    tokens[rng.integer(tokens.length)] = pick(rng, tokens);
  },
  (tokens, rng) => {
    // A value, which stands after a colon: what is left is still JSON.
    const at = place(tokens, rng, ":");
    const value = at + (/^\s/.test(tokens[at + 1] ?? "") ? 2 : 1);
    if (at >= 0 && value < tokens.length) tokens[value] = hostile(rng);
  },
  (tokens, rng) => {
    // One more entry, its key new or there already.
    const at = place(tokens, rng, "{");
    const keys = tokens.filter((token) => token.startsWith('"'));
    const key = rng.chance(0.5) && keys.length > 0 ? pick(rng, keys) : hostile(rng);
    if (at >= 0) tokens.splice(at + 1, 0, `${key}:${hostile(rng)},`);
  },
  (tokens, rng) => {
    const at = rng.integer(tokens.length);
    const part = tokens.slice(at, at + 1 + rng.integer(8));
    tokens.splice(rng.integer(tokens.length), 0, ...part);
  },
  (tokens, rng) => {
    const [a, b] = [rng.integer(tokens.length), rng.integer(tokens.length)];
    [tokens[a], tokens[b]] = [tokens[b]!, tokens[a]!];
  },
];

/** Where one of the tokens that equal `token` is; -1 where none does. */
function place(tokens: readonly string[], rng: Rng, token: string): number {
  const from = rng.integer(tokens.length);
  const at = tokens.indexOf(token, from);
  return at >= 0 ? at : tokens.indexOf(token);
}

const mutateTokens: Mutator = (input, rng) => {
  const tokens = decoder.decode(input).match(TOKEN) ?? [];
  if (tokens.length === 0) return encoder.encode(hostile(rng));
  pick(rng, edits)(tokens, rng);
  return encoder.encode(tokens.join("")).subarray(0, MOST_BYTES);
};

/** Mutations of JSON text, token by token; as many as there are of bytes, so that both are tried as often. */
export const jsonMutators: readonly Mutator[] = new Array<Mutator>(10).fill(mutateTokens);
