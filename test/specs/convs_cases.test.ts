import { CONV_SPECS } from "./convs.ts";
import { testDrawnCases } from "./drawn_cases.ts";

testDrawnCases([...CONV_SPECS]);
