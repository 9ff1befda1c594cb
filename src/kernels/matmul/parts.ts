import type { View } from "../../gpu/launch.ts";
import type { Parts } from "../../gpu/specialize.ts";

/** C[b] = act(A[b] · B[b] + bias): sizes, storage order, and what happens to the result. */
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
  /** bias[N], added to every row. */
  readonly bias?: View | undefined;
  /** WGSL of the activation: from an expression of type T to one of type T. */
  readonly activation?: ((x: string) => string) | undefined;
}

/**
 * The parts "bindings" and "finish" of a matmul file: bias, activation and how the result is stored. `width` is 4 where
 * C is stored in vectors along N, else 1.
 */
export function finishParts(call: MatmulCall, type: "f32" | "vec4<f32>", width: 1 | 4): Parts {
  const { bias, activation = (x) => x, transposeA, transposeB, n, k } = call;
  const subgroup = type === "vec4<f32>";
  const vectorsOf = (contiguous: number) => (subgroup && contiguous % 4 === 0 ? "vec4<f32>" : "f32");
  // A is read in vectors along K only: stored the other way round, lanes read neighbouring rows one by one.
  const aElement = transposeA ? "f32" : vectorsOf(k);
  const bElement = vectorsOf(transposeB ? k : n);
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
  const finish = [
    `fn finish(value: ${type}, col: u32) -> ${type} {`,
    ...(subgroup && width === 1 ? ["  let last = params.n - 1u;"] : []),
    `  let x = ${added};`,
    `  return ${activation("x")};`,
    "}",
  ];
  if (subgroup) finish.push(...(width === 4 ? STORE_VECTORS : STORE_SCALARS));
  return { bindings, finish };
}

const STORE_VECTORS = [
  "// C[row, col .. col+3], in vectors along N",
  "fn store(base: u32, row: u32, col: u32, value: vec4<f32>) {",
  "  if (row < params.m && col < params.n) {",
  "    c[(base + row * params.n + col) / 4u] = finish(value, col);",
  "  }",
  "}",
];

const STORE_SCALARS = [
  "// C[row, col .. col+3], one by one",
  "fn store(base: u32, row: u32, col: u32, value: vec4<f32>) {",
  "  if (row < params.m && col < params.n) {",
  "    let at = base + row * params.n + col;",
  "    let result = finish(value, col);",
  "    c[at] = result.x;",
  "    if (col + 1u < params.n) { c[at + 1u] = result.y; }",
  "    if (col + 2u < params.n) { c[at + 2u] = result.z; }",
  "    if (col + 3u < params.n) { c[at + 3u] = result.w; }",
  "  }",
  "}",
];

/** The part "operands" of subgroup.wgsl: reads of A and B for each way of storing them. */
export function subgroupOperands({ transposeA, transposeB, n, k }: MatmulCall): Parts {
  const a = transposeA ? A_ALONG_M : k % 4 === 0 ? A_VECTORS : A_ALONG_K;
  const b = transposeB ? (k % 4 === 0 ? B_VECTORS_ALONG_K : B_ALONG_K) : n % 4 === 0 ? B_VECTORS_ALONG_N : B_ALONG_N;
  return { operands: [...a, ...b] };
}

const A_VECTORS = [
  "// A[row, k .. k+3], from vectors along K",
  "fn a_four(base: u32, row: u32, k: u32, k_end: u32) -> vec4<f32> {",
  "  return a[(base + row * params.k + k) / 4u];",
  "}",
];

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

const A_ALONG_K = [
  "// A[row, k .. k+3], one by one, zeros beyond K",
  "fn a_four(base: u32, row: u32, k: u32, k_end: u32) -> vec4<f32> {",
  ...fourOneByOne("base + row * params.k + k", "1u"),
];

const A_ALONG_M = [
  "// A[row, k .. k+3] from A stored K x M, zeros beyond K",
  "fn a_four(base: u32, row: u32, k: u32, k_end: u32) -> vec4<f32> {",
  ...fourOneByOne("base + k * params.m + row", "params.m"),
];

const B_VECTORS_ALONG_N = [
  "// B[k .. k+3, col .. col+3] row by row, from vectors along N, zeros beyond K",
  "fn b_row(base: u32, k: u32, col: u32, k_end: u32) -> vec4<f32> {",
  "  let row = b[(base + min(k, k_end - 1u) * params.n + min(col, params.n - 4u)) / 4u];",
  "  return select(vec4<f32>(), row, k < k_end);",
  "}",
  "fn b_block(base: u32, k: u32, col: u32, k_end: u32) -> mat4x4<f32> {",
  "  return mat4x4<f32>(b_row(base, k, col, k_end), b_row(base, k + 1u, col, k_end),",
  "                     b_row(base, k + 2u, col, k_end), b_row(base, k + 3u, col, k_end));",
  "}",
];

const B_ALONG_N = [
  "// B[k .. k+3, col .. col+3] row by row, one by one, zeros beyond K",
  "fn b_row(base: u32, k: u32, col: u32, k_end: u32) -> vec4<f32> {",
  "  let last = params.n - 1u;",
  "  let at = base + min(k, k_end - 1u) * params.n;",
  "  let row = vec4<f32>(b[at + min(col, last)], b[at + min(col + 1u, last)],",
  "                      b[at + min(col + 2u, last)], b[at + min(col + 3u, last)]);",
  "  return select(vec4<f32>(), row, k < k_end);",
  "}",
  "fn b_block(base: u32, k: u32, col: u32, k_end: u32) -> mat4x4<f32> {",
  "  return mat4x4<f32>(b_row(base, k, col, k_end), b_row(base, k + 1u, col, k_end),",
  "                     b_row(base, k + 2u, col, k_end), b_row(base, k + 3u, col, k_end));",
  "}",
];

const B_VECTORS_ALONG_K = [
  "// B[k .. k+3, col .. col+3] row by row from B stored N x K, in vectors along K",
  "fn b_block(base: u32, k: u32, col: u32, k_end: u32) -> mat4x4<f32> {",
  "  let last = params.n - 1u;",
  "  return transpose(mat4x4<f32>(",
  "    b[(base + min(col, last) * params.k + k) / 4u],",
  "    b[(base + min(col + 1u, last) * params.k + k) / 4u],",
  "    b[(base + min(col + 2u, last) * params.k + k) / 4u],",
  "    b[(base + min(col + 3u, last) * params.k + k) / 4u],",
  "  ));",
  "}",
];

const B_ALONG_K = [
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
  "fn b_block(base: u32, k: u32, col: u32, k_end: u32) -> mat4x4<f32> {",
  "  return transpose(mat4x4<f32>(b_col(base, k, col, k_end), b_col(base, k, col + 1u, k_end),",
  "                               b_col(base, k, col + 2u, k_end), b_col(base, k, col + 3u, k_end)));",
  "}",
];
