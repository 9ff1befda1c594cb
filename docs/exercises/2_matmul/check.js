import { equal, ok } from "node:assert/strict";
import { checkGradients, customOp, Rng } from "tailgrad/node";

/** Compares the product with float64 at sizes that fill tiles and that do not, and counts what the text reads from storage. */
export async function check({ wgsl, loads }, device) {
  const product = customOp({
    name: "product",
    wgsl,
    shape: (a, b) => [a[0], b[1]],
    params: ([m, n], a) => ({ m, n, k: a[1] }),
    workgroups: ([m, n]) => [Math.ceil(n / 8), Math.ceil(m / 8), 1],
  });
  const rng = new Rng(1, 0);
  const random = (...shape) => ({
    data: Float32Array.from({ length: shape[0] * shape[1] }, () => rng.normal()),
    shape,
  });
  for (const [m, n, k] of [
    [8, 8, 8],
    [16, 24, 40],
    [13, 21, 17],
    [1, 1, 3],
  ]) {
    await checkGradients(device, product, [random(m, k), random(k, n)], { oracle: matmul, gradients: [] });
  }
  ok(
    /var<workgroup>/.test(wgsl) && /workgroupBarrier/.test(wgsl),
    "right, but nothing is shared in workgroup memory yet",
  );
  const reads = wgsl.split(/\bfor \(/).map((text) => (text.match(/[=( ][ab]\[/g) ?? []).length);
  equal(reads.at(-1), 0, "the innermost loop still reads a or b from storage");
  equal(loads(64, 64, 64, 8), 65_536, "loads(64, 64, 64, 8) is not what 64 workgroups load");
  equal(loads(1024, 1024, 1024, 16), 2 ** 27, "loads(1024, 1024, 1024, 16) is not what 4,096 workgroups load");
}

function matmul(a, b) {
  const [m, k] = a.shape;
  const n = b.shape[1];
  const data = new Float64Array(m * n).map((_, at) => {
    let total = 0;
    for (let j = 0; j < k; j++) total += a.data[Math.floor(at / n) * k + j] * b.data[j * n + (at % n)];
    return total;
  });
  return { data, shape: [m, n] };
}
