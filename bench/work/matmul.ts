import { matmul } from "../../src/autograd/ops/matmul.ts";
import { Variable } from "../../src/autograd/tensor.ts";
import type { PlotPlace, Work } from "../contestant.ts";
import { randomArray } from "../data.ts";
import { checkSampled, matmulElement } from "../oracle/elements.ts";
import { jaxOp } from "../rivals/jax.ts";
import { tfjsOp } from "../rivals/tfjs.ts";
import { oursOp } from "./ours.ts";

/** C [M, N] = A · B. NT: B is stored [N, K]; TN: A is stored [K, M]. */
export interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly transpose?: "NT" | "TN";
}

const SQUARES = [64, 128, 256, 512, 1024, 2048, 4096] as const;
/** CPU drivers take seconds for larger ones. */
const LARGEST_ON_CPU = 2048;

/** Layers of the models, as [batch, inputs, outputs]: the generator's first and last one, the CNN's large one. */
const LAYERS = [
  [256, 110, 256],
  [256, 1024, 784],
  [100, 3136, 128],
] as const;

/** A product's name: M x K x N, and how its operands are stored unless both are plain. */
export function productName({ m, n, k, transpose }: Product): string {
  return `matmul ${m}x${k}x${n}${transpose ? ` ${transpose}` : ""}`;
}

/** Operands in the order in which they are stored, and the check of the result by the oracle. */
export function productData(product: Product) {
  const { m, n, k, transpose } = product;
  const aShape = transpose === "TN" ? [k, m] : [m, k];
  const bShape = transpose === "NT" ? [n, k] : [k, n];
  const a = () => randomArray(m * k, 1);
  const b = () => randomArray(k * n, 2);
  const check = (who: string, c: Float32Array) =>
    checkSampled(`${productName(product)} (${who})`, c, m * n, matmulElement(a(), b(), product));
  return { aShape, bShape, a, b, check };
}

/** One product as work for everybody. */
function productWork(product: Product, extra: Partial<Work> = {}): Work {
  const { m, n, k, transpose } = product;
  const { aShape, bShape, a, b, check } = productData(product);
  const transposeA = transpose === "TN";
  const transposeB = transpose === "NT";
  return {
    name: productName(product),
    group: "products",
    flops: 2 * m * n * k,
    ours: {
      async tailgrad(device) {
        const inputs = [new Variable(a(), aShape), new Variable(b(), bShape)] as const;
        const record = () => [matmul(...inputs, { transposeA, transposeB })];
        return oursOp(device, inputs, record, (c) => check("tailgrad", c!));
      },
    },
    async tfjs(rival) {
      const inputs = [rival.tf.tensor(a(), aShape), rival.tf.tensor(b(), bShape)] as const;
      const compute = () => rival.tf.matMul(...inputs, transposeA, transposeB);
      return tfjsOp(rival, inputs, compute, (c) => check(`tfjs ${rival.name}`, c!));
    },
    async jax(rival) {
      const { numpy: np } = rival.jax;
      const inputs = [np.array(a(), { shape: aShape }), np.array(b(), { shape: bShape })];
      const stored = (x: (typeof inputs)[number], transposed: boolean) => (transposed ? np.transpose(x) : x);
      const compute = (x: (typeof inputs)[number], y: (typeof inputs)[number]) => [
        np.matmul(stored(x, transposeA), stored(y, transposeB)),
      ];
      return jaxOp(rival, inputs, compute, (c) => check(`jax-js ${rival.device}`, c!));
    },
    ...extra,
  };
}

/** A layer's forward pass (x · W), the gradient of its input (g · Wᵀ) and of its weight (xᵀ · g). */
function layerProducts([batch, inputs, outputs]: (typeof LAYERS)[number]): Product[] {
  return [
    { m: batch, k: inputs, n: outputs },
    { m: batch, k: outputs, n: inputs, transpose: "NT" },
    { m: inputs, k: batch, n: outputs, transpose: "TN" },
  ];
}

/** All products that are timed. */
export const MATMULS: readonly Work[] = [
  ...SQUARES.map((size) =>
    productWork(
      { m: size, n: size, k: size },
      { gpuOnly: size > LARGEST_ON_CPU, plot: { chart: "matmul", x: size } as PlotPlace },
    ),
  ),
  ...LAYERS.flatMap((layer) => layerProducts(layer).map((product) => productWork(product))),
];

/** Widths of a layer, the awkward ones of the models among them. */
const WIDTHS = [10, 64, 110, 128, 256, 512, 784, 794, 1024] as const;

/** How the cost of a square layer grows with its width, at the CGAN's batch. */
export const MATMUL_WIDTHS: readonly Work[] = WIDTHS.map((width) => {
  const { tfjs: _, jax: __, ...work } = productWork({ m: 256, n: width, k: width });
  return { ...work, name: `width ${width}: ${work.name}`, group: "scaling", plot: { chart: "width", x: width } };
});
