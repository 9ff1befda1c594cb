import { CONV_SPECS } from "./convs.ts";
import { testDrawnCases } from "./drawn_cases.ts";
import { SHORT_CONV_SPECS } from "./short_convs.ts";

testDrawnCases([...CONV_SPECS, ...SHORT_CONV_SPECS]);
