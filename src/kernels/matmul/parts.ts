import type { Constants, Parts, View } from "../../gpu/launch.ts";
import type { Form } from "../elementwise/expression.ts";
import { type Epilogue, epilogueText } from "../epilogue.ts";

/** C[b] = epilogue(A[b] · B[b] + bias): sizes, storage order, and what happens to the result. */
export interface MatmulCall {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly batches: number;
  /** True when an operand is stored with its two last axes exchanged. */
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  /** True when all batches share an operand. */
  readonly sharedA: boolean;
  readonly sharedB: boolean;
  /** Where B is a run of columns of a wider matrix [K, width] that is not transposed: the first of them and the width. */
  readonly columns?: { readonly first: number; readonly width: number } | undefined;
  /** bias[N], added to every row. */
  readonly bias?: View | undefined;
  /** True where K must not be cut into parts, as in products with a bias or an epilogue. */
  readonly wholeK?: boolean | undefined;
  /** What is computed of the result before it is stored. */
  readonly epilogue?: Epilogue | undefined;
}

/**
 * The parts "bindings", "fields" and "finish" of a matmul file: bias, epilogue and how the result is stored. `width` is 4
 * where C is stored in vectors along N, else 1.
 */
export function finishParts(call: MatmulCall, type: "f32" | "vec4<f32>", width: 1 | 4, rowsPerLane = 1): Parts {
  const { bias, epilogue } = call;
  const subgroup = type === "vec4<f32>";
  const aElement = subgroup ? TYPES[vectorOfA(call, rowsPerLane)] : "f32";
  const bElement = subgroup ? TYPES[vectorOfB(call)] : "f32";
  const bindings = [
    `@group(0) @binding(1) var<storage, read> a: array<${aElement}>;`,
    `@group(0) @binding(2) var<storage, read> b: array<${bElement}>;`,
    `@group(0) @binding(3) var<storage, read_write> c: array<${width === 4 ? "vec4<f32>" : "f32"}>;`,
  ];
  if (bias)
    bindings.push(`@group(0) @binding(4) var<storage, read> bias: array<${width === 4 ? "vec4<f32>" : "f32"}>;`);
  const added = !bias
    ? "value"
    : !subgroup
      ? "value + bias[col]"
      : width === 4
        ? "value + bias[col / 4u]"
        : "value + vec4<f32>(bias[col], bias[min(col + 1u, last)], bias[min(col + 2u, last)], bias[min(col + 3u, last)])";
  const text = epilogueText(epilogue, formOf(call, type), bindings.length + 1);
  const finish = [
    ...text.lines,
    "",
    "// What is stored at element `at` of C for a sum in column `col`.",
    "fn finish(value: T, at: u32, col: u32) -> T {",
    ...(subgroup && width === 1 ? ["  let last = params.n - 1u;"] : []),
    `  return epilogue(${added}, at);`,
    "}",
  ];
  if (subgroup) finish.push(...(width === 4 ? STORE_VECTORS : STORE_SCALARS));
  return { bindings: [...bindings, ...text.bindings], finish, fields: text.field };
}

/** Elements that are read at once along an operand's contiguous axis. */
type Vector = 1 | 2 | 4;
const TYPES = { 1: "f32", 2: "vec2<f32>", 4: "vec4<f32>" } as const;

/** The largest vector that all of these are multiples of. */
function vectorOf(...lengths: readonly number[]): Vector {
  return ([4, 2] as const).find((vector) => lengths.every((length) => length % vector === 0)) ?? 1;
}

/** A is read in vectors along K or, stored the other way round, of the rows that a lane has, where these are in fours. */
function vectorOfA({ transposeA, m, k }: MatmulCall, rowsPerLane: number): Vector {
  if (!transposeA) return vectorOf(k);
  return m % 4 === 0 && rowsPerLane % 4 === 0 ? 4 : 1;
}

function vectorOfB({ transposeB, n, k, columns }: MatmulCall): Vector {
  return transposeB ? vectorOf(k) : vectorOf(n, columns?.first ?? 0, columns?.width ?? 0);
}

/** How the epilogue sees the elements of C. */
export function formOf({ n }: MatmulCall, type: "f32" | "vec4<f32>"): Form {
  if (type === "f32") return "scalar";
  return n % 4 === 0 ? "vector" : "unaligned";
}

const STORE_VECTORS = [
  "// C[row, col .. col+3], in vectors along N",
  "fn store(base: u32, row: u32, col: u32, value: vec4<f32>) {",
  "  if (col < params.n) {",
  "    let at = base + row * params.n + col;",
  "    c[at / 4u] = finish(value, at, col);",
  "  }",
  "}",
];

const STORE_SCALARS = [
  "// C[row, col .. col+3], one by one",
  "fn store(base: u32, row: u32, col: u32, value: vec4<f32>) {",
  "  if (col < params.n) {",
  "    let at = base + row * params.n + col;",
  "    let result = finish(value, at, col);",
  "    c[at] = result.x;",
  "    if (col + 1u < params.n) { c[at + 1u] = result.y; }",
  "    if (col + 2u < params.n) { c[at + 2u] = result.z; }",
  "    if (col + 3u < params.n) { c[at + 3u] = result.w; }",
  "  }",
  "}",
];

/** Constants of subgroup.wgsl for the way A is stored. */
export function subgroupConstants(call: MatmulCall, rowsPerLane: number): Constants {
  const vector = vectorOfA(call, rowsPerLane);
  return call.transposeA && vector === 4 ? { VECTOR: 4 } : { VECTOR: 1 };
}

/** The part "operands" of subgroup.wgsl: reads of A and B for each way of storing them. */
export function subgroupOperands(call: MatmulCall, rowsPerLane: number): Parts {
  // Where K is a multiple of four, nothing lies beyond it.
  const whole = call.k % 4 === 0;
  const vector = vectorOfA(call, rowsPerLane);
  const a = !call.transposeA ? A_ALONG_K[vector] : vector === 4 ? aAlongM(whole) : aOneByOne(whole);
  const b = call.transposeB ? B_ALONG_K[vectorOfB(call)] : bAlongN(vectorOfB(call), whole);
  return { operands: [...a, ...b] };
}

/** Four values one by one; beyond K they are zero. */
const fourOneByOne = (at: string, step: string) => [
  `  let at = ${at};`,
  `  let step = ${step};`,
  "  let last = k_end - 1u - k;",
  "  return vec4<f32>(",
  "    a[at],",
  "    select(0.0, a[at + min(1u, last) * step], last >= 1u),",
  "    select(0.0, a[at + min(2u, last) * step], last >= 2u),",
  "    select(0.0, a[at + min(3u, last) * step], last >= 3u),",
  "  );",
  "}",
];

const A_ALONG_K: Readonly<Record<Vector, readonly string[]>> = {
  4: [
    "// A[row, k .. k+3], from vectors along K",
    "fn load_a(base: u32, row: u32, k: u32, k_end: u32) -> vec4<f32> {",
    "  return a[(base + row * params.k + k) / 4u];",
    "}",
  ],
  2: [
    "// A[row, k .. k+3], from pairs along K, zeros beyond K",
    "fn load_a(base: u32, row: u32, k: u32, k_end: u32) -> vec4<f32> {",
    "  let at = (base + row * params.k + k) / 2u;",
    "  let more = k + 2u < k_end;",
    "  return vec4<f32>(a[at], select(vec2<f32>(), a[select(at, at + 1u, more)], more));",
    "}",
  ],
  1: [
    "// A[row, k .. k+3], one by one, zeros beyond K",
    "fn load_a(base: u32, row: u32, k: u32, k_end: u32) -> vec4<f32> {",
    ...fourOneByOne("base + row * params.k + k", "1u"),
  ],
};

const aAlongM = (whole: boolean): readonly string[] => {
  const read = `a[(base + ${whole ? "k" : "min(k, k_end - 1u)"} * params.m + row) / 4u]`;
  return [
    `// A[row .. row+3, k] from A stored K x M, in vectors along M${whole ? "" : ", zeros beyond K"}`,
    "fn load_a(base: u32, row: u32, k: u32, k_end: u32) -> vec4<f32> {",
    `  return ${whole ? read : `select(vec4<f32>(), ${read}, k < k_end)`};`,
    "}",
  ];
};

const aOneByOne = (whole: boolean): readonly string[] => [
  `// A[row, k .. k+3] from A stored K x M${whole ? "" : ", zeros beyond K"}`,
  "fn load_a(base: u32, row: u32, k: u32, k_end: u32) -> vec4<f32> {",
  ...(whole
    ? [
        "  let at = base + k * params.m + row;",
        "  return vec4<f32>(a[at], a[at + params.m], a[at + 2u * params.m], a[at + 3u * params.m]);",
        "}",
      ]
    : fourOneByOne("base + k * params.m + row", "params.m")),
];

const BLOCK_OF_ROWS = [
  "fn b_block(base: u32, k: u32, col: u32, k_end: u32) -> mat4x4<f32> {",
  "  return mat4x4<f32>(b_row(base, k, col, k_end), b_row(base, k + 1u, col, k_end),",
  "                     b_row(base, k + 2u, col, k_end), b_row(base, k + 3u, col, k_end));",
  "}",
];

/** A row's four columns from `col` on, the last ones again where it ends before. */
const FOUR_COLUMNS: Readonly<Record<Vector, string>> = {
  4: "b[(at + min(col, params.n - 4u)) / 4u]",
  2: "vec4<f32>(b[(at + min(col, params.n - 2u)) / 2u], b[(at + min(col + 2u, params.n - 2u)) / 2u])",
  1: "vec4<f32>(b[at + min(col, last)], b[at + min(col + 1u, last)], b[at + min(col + 2u, last)], b[at + min(col + 3u, last)])",
};

const bAlongN = (vector: Vector, whole: boolean): readonly string[] => [
  `// B[k .. k+3, col .. col+3] row by row, ${{ 4: "from vectors", 2: "from pairs", 1: "one by one" }[vector]} along N${whole ? "" : ", zeros beyond K"}`,
  "fn b_row(base: u32, k: u32, col: u32, k_end: u32) -> vec4<f32> {",
  ...(vector === 1 ? ["  let last = params.n - 1u;"] : []),
  `  let at = base + ${whole ? "k" : "min(k, k_end - 1u)"} * params.b_row;`,
  whole ? `  return ${FOUR_COLUMNS[vector]};` : `  return select(vec4<f32>(), ${FOUR_COLUMNS[vector]}, k < k_end);`,
  "}",
  ...BLOCK_OF_ROWS,
];

/** b_block() by b_col(), which reads B[k .. k+3, col]. */
const BLOCK_OF_COLUMNS = [
  "fn b_block(base: u32, k: u32, col: u32, k_end: u32) -> mat4x4<f32> {",
  "  return transpose(mat4x4<f32>(b_col(base, k, col, k_end), b_col(base, k, col + 1u, k_end),",
  "                               b_col(base, k, col + 2u, k_end), b_col(base, k, col + 3u, k_end)));",
  "}",
];

const B_ALONG_K: Readonly<Record<Vector, readonly string[]>> = {
  4: [
    "// B[k .. k+3, col .. col+3] row by row from B stored N x K, in vectors along K",
    "fn b_col(base: u32, k: u32, col: u32, k_end: u32) -> vec4<f32> {",
    "  return b[(base + min(col, params.n - 1u) * params.k + k) / 4u];",
    "}",
    ...BLOCK_OF_COLUMNS,
  ],
  2: [
    "// B[k .. k+3, col .. col+3] row by row from B stored N x K, in pairs along K, zeros beyond K",
    "fn b_col(base: u32, k: u32, col: u32, k_end: u32) -> vec4<f32> {",
    "  let at = (base + min(col, params.n - 1u) * params.k + k) / 2u;",
    "  let more = k + 2u < k_end;",
    "  return vec4<f32>(b[at], select(vec2<f32>(), b[select(at, at + 1u, more)], more));",
    "}",
    ...BLOCK_OF_COLUMNS,
  ],
  1: [
    "// B[k .. k+3, col .. col+3] row by row from B stored N x K, one by one, zeros beyond K",
    "fn b_col(base: u32, k: u32, col: u32, k_end: u32) -> vec4<f32> {",
    "  let at = base + min(col, params.n - 1u) * params.k + k;",
    "  let last = k_end - 1u - k;",
    "  return vec4<f32>(",
    "    b[at],",
    "    select(0.0, b[at + min(1u, last)], last >= 1u),",
    "    select(0.0, b[at + min(2u, last)], last >= 2u),",
    "    select(0.0, b[at + min(3u, last)], last >= 3u),",
    "  );",
    "}",
    ...BLOCK_OF_COLUMNS,
  ],
};
