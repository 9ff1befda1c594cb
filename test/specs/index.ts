import { CONV_SPECS } from "./convs.ts";
import { ELEMENTWISE_SPECS } from "./elementwise.ts";
import { INDEX_SPECS } from "./indexing.ts";
import { LOSS_SPECS } from "./losses.ts";
import { NORMAL_SPECS } from "./normalization.ts";
import { POOL_SPECS } from "./pools.ts";
import { PRODUCT_SPECS } from "./products.ts";
import { RANDOM_SPECS } from "./randoms.ts";
import { REDUCTION_SPECS } from "./reductions.ts";
import { SHAPE_SPECS } from "./shapes.ts";
import { SHORT_CONV_SPECS } from "./short_convs.ts";
import type { OpSpec } from "./spec.ts";

/** Every op, and every variant of its kernels that a launcher may choose. */
export const SPECS: readonly OpSpec[] = [
  ...ELEMENTWISE_SPECS,
  ...SHAPE_SPECS,
  ...REDUCTION_SPECS,
  ...PRODUCT_SPECS,
  ...CONV_SPECS,
  ...SHORT_CONV_SPECS,
  ...POOL_SPECS,
  ...NORMAL_SPECS,
  ...LOSS_SPECS,
  ...INDEX_SPECS,
  ...RANDOM_SPECS,
];
