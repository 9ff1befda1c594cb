import { testDrawnCases } from "./drawn_cases.ts";
import { LOSS_SPECS } from "./losses.ts";
import { NORMAL_SPECS } from "./normalization.ts";
import { POOL_SPECS } from "./pools.ts";
import { PRODUCT_SPECS } from "./products.ts";

testDrawnCases([...PRODUCT_SPECS, ...NORMAL_SPECS, ...LOSS_SPECS, ...POOL_SPECS]);
