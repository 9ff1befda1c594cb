import { testDrawnCases } from "./drawn_cases.ts";
import { ELEMENTWISE_SPECS } from "./elementwise.ts";

testDrawnCases([...ELEMENTWISE_SPECS]);
