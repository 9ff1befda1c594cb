import { compile } from "../src/autograd/compile.ts";
import { matmul } from "../src/autograd/ops/matmul.ts";
import { Variable } from "../src/autograd/tensor.ts";
import type { Device } from "../src/gpu/device.ts";
import type { Contestant, Work } from "./contestant.ts";
import { randomArray } from "./data.ts";
import { checkSampled, matmulElement } from "./oracle.ts";
import { oursOf } from "./ours.ts";
import { type Tfjs, tfjsOp } from "./tfjs.ts";

/** [M, N, K] as M x K x N in the names: square ones, then layers of the generator (batch 256) and the CNN (batch 100). */
const SHAPES = [
  [256, 256, 256],
  [512, 512, 512],
  [1024, 1024, 1024],
  [256, 256, 110],
  [256, 784, 1024],
  [100, 128, 3136],
] as const;

/** C [M, N] = A [M, K] · B [K, N]. */
function matmulWork(m: number, n: number, k: number): Work {
  const name = `matmul ${m}x${k}x${n}`;
  const a = () => randomArray(m * k, 1);
  const b = () => randomArray(k * n, 2);
  const check = (who: string, c: Float32Array) =>
    checkSampled(`${name} (${who})`, c, m * n, matmulElement(a(), b(), n, k));
  return {
    name,
    flops: 2 * m * n * k,
    async ours(device: Device): Promise<Contestant> {
      const inputs = [new Variable(a(), [m, k]), new Variable(b(), [k, n])] as const;
      const step = await compile(device, () => ({ c: matmul(...inputs) }));
      return oursOf(device, step, inputs, (c) => check("tailgrad", c));
    },
    async tfjs({ tf, backend }: Tfjs): Promise<Contestant> {
      const inputs = [tf.tensor2d(a(), [m, k]), tf.tensor2d(b(), [k, n])] as const;
      return tfjsOp(
        backend,
        inputs,
        () => tf.matMul(...inputs),
        (c) => check("tfjs", c),
      );
    },
  };
}

/** All products that are timed. */
export const MATMULS: readonly Work[] = SHAPES.map(([m, n, k]) => matmulWork(m, n, k));
