import { testDrawnCases } from "./drawn_cases.ts";
import { INDEX_SPECS } from "./indexing.ts";
import { RANDOM_SPECS } from "./randoms.ts";
import { REDUCTION_SPECS } from "./reductions.ts";
import { SHAPE_SPECS } from "./shapes.ts";

testDrawnCases([...SHAPE_SPECS, ...REDUCTION_SPECS, ...INDEX_SPECS, ...RANDOM_SPECS]);
