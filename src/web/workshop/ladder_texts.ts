import { UsageError } from "../../errors.ts";
import convNaive from "../../kernels/conv2d/gather_naive.wgsl";
import convRows from "../../kernels/conv2d/gather_rows.wgsl";
import convTiled from "../../kernels/conv2d/gather_tiled.wgsl";
import weightsNaive from "../../kernels/conv2d/weight_gradient_naive.wgsl";
import weightsSubgroup from "../../kernels/conv2d/weight_gradient_subgroup.wgsl";
import weightsTiled from "../../kernels/conv2d/weight_gradient_tiled.wgsl";
import matmulNaive from "../../kernels/matmul/naive.wgsl";
import matmulRegisters from "../../kernels/matmul/registers.wgsl";
import matmulShared from "../../kernels/matmul/shared.wgsl";
import matmulSubgroup from "../../kernels/matmul/subgroup.wgsl";
import matmulTiled from "../../kernels/matmul/tiled.wgsl";
import type { Rung } from "./ladders.ts";

const SOURCES = [
  matmulNaive,
  matmulShared,
  matmulRegisters,
  matmulTiled,
  matmulSubgroup,
  convNaive,
  convTiled,
  convRows,
  weightsNaive,
  weightsTiled,
  weightsSubgroup,
];
const TEXTS = new Map(SOURCES.map(({ file, code }) => [file, code]));

/** A rung's own text. For the worker, which launches these texts anyway: the page reads the file that lies beside it. */
export function textOf({ file }: Rung): string {
  const text = TEXTS.get(file);
  if (text === undefined)
    throw new UsageError(`${file} is no file of a rung; name one of ${[...TEXTS.keys()].join(", ")}`);
  return text;
}
