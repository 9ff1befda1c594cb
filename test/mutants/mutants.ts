/** A small fault planted in one file, and the tests that must notice it. */
export interface Mutant {
  /** What is wrong, in words. */
  readonly fault: string;
  readonly file: string;
  /** Text that stands in the file exactly once, and what replaces it. */
  readonly find: string;
  readonly replace: string;
  /** A test file, and after " -t " which of its tests. */
  readonly tests: string;
}

const mutant = (file: string, tests: string, fault: string, find: string, replace: string): Mutant => ({
  fault,
  file: `src/${file}`,
  find,
  replace,
  tests: `test/${tests}`,
});

const K = "kernels";
const OPS = "autograd/ops";

/** Faults of the kinds that kernels and gradient rules really have: a sign, an index, a bound, a barrier, an order. */
export const MUTANTS: readonly Mutant[] = [
  mutant(
    `${K}/matmul/naive.wgsl`,
    `${OPS}/matmul.test.ts`,
    "A is read along its rows only",
    "a[a_base + k * params.a_col]",
    "a[a_base + k]",
  ),
  mutant(
    `${K}/matmul/tiled.wgsl`,
    `${OPS}/matmul.test.ts`,
    "no barrier before the tile is used",
    "    workgroupBarrier();\n    for (var d",
    "    for (var d",
  ),
  mutant(
    `${K}/matmul/tiled.wgsl`,
    "specs/products_cases.test.ts -t matmul",
    "a row behind the last is written",
    "if (row < params.m && col",
    "if (row <= params.m && col",
  ),
  mutant(
    `${K}/matmul/subgroup.wgsl`,
    `${OPS}/matmul.test.ts`,
    "columns of B in the wrong order",
    "block[j], sums[r]",
    "block[3u - j], sums[r]",
  ),
  mutant(
    `${K}/matmul/matmul.ts`,
    `${OPS}/matmul.test.ts`,
    "the last part of a split K is left out",
    "Math.max(1, Math.ceil(k / part))",
    "Math.max(1, Math.floor(k / part))",
  ),
  mutant(
    `${K}/conv2d/gather_naive.wgsl`,
    `${OPS}/conv2d.test.ts`,
    "padding with the wrong sign",
    "* params.scale.x + params.offset.x",
    "* params.scale.x - params.offset.x",
  ),
  mutant(
    `${K}/conv2d/gather_tiled.wgsl`,
    `${OPS}/conv2d.test.ts -t tiled`,
    "no barrier before the pieces are used",
    "    workgroupBarrier();\n    for (var d",
    "    for (var d",
  ),
  mutant(
    `${K}/conv2d/gather_tiled.wgsl`,
    "specs/convs_cases.test.ts -t tiled",
    "a pixel behind the last is written",
    "pixel < pixels)",
    "pixel <= pixels)",
  ),
  mutant(
    `${K}/conv2d/weight_gradient_tiled.wgsl`,
    `${OPS}/conv2d.test.ts -t tiled`,
    "no barrier before the pieces are loaded again",
    "    }\n    workgroupBarrier();\n  }",
    "    }\n  }",
  ),
  mutant(
    `${K}/conv2d/weight_gradient_tiled.wgsl`,
    `${OPS}/conv2d.test.ts -t tiled`,
    "a tap behind the last is written",
    "tap < taps)",
    "tap <= taps)",
  ),
  mutant(
    `${K}/conv2d/gather_rows.wgsl`,
    `${OPS}/conv2d.test.ts`,
    "a row below the image counts as inside",
    "v < params.in_size.x",
    "v <= params.in_size.x",
  ),
  mutant(
    `${K}/conv2d/gather_quads.wgsl`,
    "specs/convs_cases.test.ts -t quads",
    "a channel behind the last is written",
    "first + k < params.out_channels",
    "first + k <= params.out_channels",
  ),
  mutant(
    `${K}/conv2d/gather_quads.wgsl`,
    "specs/convs_cases.test.ts -t quads",
    "each channel gets the first one's bias",
    "subgroupBroadcast(bias, k)",
    "subgroupBroadcast(bias, 0u)",
  ),
  mutant(
    `${K}/conv2d/weight_gradient_subgroup.wgsl`,
    `${OPS}/conv2d.test.ts`,
    "dilation forgotten",
    "vec2<i32>(offset) * params.dilation - params.padding",
    "vec2<i32>(offset) - params.padding",
  ),
  mutant(
    `${K}/conv2d/weight_gradient_naive.wgsl`,
    `${OPS}/conv2d.test.ts`,
    "height taken for width",
    "gradient_base + y * params.out_size.y + x",
    "gradient_base + y * params.out_size.x + x",
  ),
  mutant(
    `${K}/conv2d/pack_weights.wgsl`,
    `${OPS}/conv2d.test.ts`,
    "input and output channels exchanged",
    "params.w_in",
    "params.w_out",
  ),
  mutant(
    `${K}/pool2d/max_pool2d_2x2_rows.wgsl`,
    `${OPS}/max_pool2d.test.ts`,
    "the last of four never wins",
    "select(best, bottom.yw, won)",
    "best",
  ),
  mutant(
    `${K}/pool2d/max_pool2d.wgsl`,
    `${OPS}/max_pool2d.test.ts`,
    "of equal elements the last wins",
    "(value > best &&",
    "(value >= best &&",
  ),
  mutant(
    `${K}/pool2d/max_pool2d_grad.wgsl`,
    `${OPS}/max_pool2d.test.ts`,
    "overlapping windows overwrite each other",
    "total += gradient[window]",
    "total = gradient[window]",
  ),
  mutant(
    `${K}/pool2d/avg_pool2d_grad.wgsl`,
    `${OPS}/avg_pool2d.test.ts`,
    "the last window is left out",
    "place / params.stride + 1u",
    "place / params.stride",
  ),
  mutant(
    `${K}/softmax/softmax.wgsl`,
    `${OPS}/softmax.test.ts`,
    "the largest element is not subtracted",
    "share += exp(in[start + i * params.step] - peak)",
    "share += exp(in[start + i * params.step])",
  ),
  mutant(
    `${K}/softmax/softmax.wgsl`,
    `${OPS}/softmax.test.ts`,
    "an early return before the barriers",
    "let first = lane % LANES;",
    "let first = lane % LANES;\n  if (lane > 3u) {\n    return;\n  }",
  ),
  mutant(
    `${K}/softmax/softmax_grad.wgsl`,
    `${OPS}/softmax.test.ts`,
    "a sign",
    "y[at] * (g[at] - total)",
    "y[at] * (g[at] + total)",
  ),
  mutant(
    `${K}/loss/cross_entropy_grad.wgsl`,
    `${OPS}/cross_entropy.test.ts`,
    "the label's share is not subtracted",
    "(p - t);",
    "p;",
  ),
  mutant(
    `${K}/batch_norm/batch_norm_finish.wgsl`,
    `${OPS}/batch_norm.test.ts`,
    "the biased variance runs along",
    "f32(params.count - 1u)",
    "f32(params.count)",
  ),
  mutant(
    `${K}/reduce/reduce.wgsl`,
    `${OPS}/reduce.test.ts`,
    "no barrier between halvings",
    "      workgroupBarrier();\n",
    "",
  ),
  mutant(
    `${K}/gather/gather_grad.wgsl`,
    `${OPS}/gather.test.ts`,
    "a row picked twice counts once",
    "total += gradient[",
    "total = gradient[",
  ),
  mutant(
    `${K}/argmax/argmax.wgsl`,
    `${OPS}/argmax.test.ts`,
    "NaN is passed over",
    "(is_nan(x) || x > best)",
    "(x > best)",
  ),
  mutant(
    `${K}/strided/strided.wgsl`,
    `${OPS}/slice.test.ts`,
    "a slice begins at the beginning",
    "var place = params.offset;",
    "var place = 0u;",
  ),
  mutant(`${K}/optim/adam.wgsl`, "models/optim.test.ts", "one average for both", "* params.rest2;", "* params.rest1;"),
  mutant(
    `${K}/optim/adam_scales.wgsl`,
    "models/optim.test.ts",
    "bias correction a step behind",
    "let low = step[0] + 1u;",
    "let low = step[0];",
  ),
  mutant(`${K}/random/philox.wgsl`, `${OPS}/random.test.ts`, "nine rounds", "round < 10u", "round < 9u"),
  mutant(
    `${K}/random/dropout.wgsl`,
    `${OPS}/dropout.test.ts`,
    "the mask is inverted",
    ">= vec4<u32>(place.w)",
    "< vec4<u32>(place.w)",
  ),
  mutant(
    `${OPS}/elementwise.ts`,
    `${OPS}/elementwise.test.ts`,
    "tanh's gradient with a sign",
    "sub(1, mul(y, y))",
    "add(1, mul(y, y))",
  ),
  mutant(
    `${OPS}/elementwise.ts`,
    `${OPS}/elementwise.test.ts`,
    "a quotient's gradient with a sign",
    "neg(div(mul(g, q), y!))",
    "div(mul(g, q), y!)",
  ),
  mutant(
    "autograd/grad.ts",
    "autograd/compile.test.ts",
    "gradients along two paths are not added",
    "earlier ? add(earlier, arriving) : arriving",
    "arriving",
  ),
  mutant(
    "autograd/fuse.ts",
    "autograd/fuse.test.ts",
    "a read moves past an update of what it reads",
    "if (read.size === 0) return false;",
    "return false;",
  ),
  mutant(
    "autograd/bundle.ts",
    "autograd/bundle.test.ts",
    "a write does not wait for earlier reads",
    '      follow(readers, storage, "reads");\n',
    "",
  ),
  mutant(
    "autograd/memory.ts",
    "autograd/memory.test.ts",
    "memory is given away while it is still read",
    "lastUse.get(storage) !== i",
    "lastUse.get(storage)! > i + 1",
  ),
  mutant(
    "autograd/gather_parts.ts",
    "autograd/pack.test.ts",
    "a tensor wanted twice lies in one place only",
    "const once = parts",
    "const once = true || parts",
  ),
];
