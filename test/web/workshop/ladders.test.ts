import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CONV_VARIANTS } from "../../../src/kernels/conv2d/gather.ts";
import { WEIGHT_GRADIENT_VARIANTS } from "../../../src/kernels/conv2d/weight_gradient.ts";
import { MATMUL_VARIANTS } from "../../../src/kernels/matmul/matmul.ts";
import { textOf } from "../../../src/web/workshop/ladder_texts.ts";
import { LADDERS, type LadderName } from "../../../src/web/workshop/ladders.ts";
import { rungTile } from "../../../src/web/workshop/rung_tile.ts";

describe.each([
  ["matmul", MATMUL_VARIANTS],
  ["conv2d", CONV_VARIANTS],
  ["conv2d-weights", WEIGHT_GRADIENT_VARIANTS],
] as [LadderName, readonly string[]][])("the ladder of %s", (ladder, variants) => {
  it("has every rung that the library has, in its order", () => {
    expect(LADDERS[ladder].rungs.map(({ variant }) => variant)).toEqual(variants);
  });

  it("has the text of each: the file that it names, as it lies beside the page", () => {
    for (const rung of LADDERS[ladder].rungs) expect(textOf(rung)).toBe(readFileSync(rung.file, "utf8"));
  });

  it("knows the tile of each", () => {
    for (const variant of variants) {
      const { tile, workgroups } = rungTile(ladder, variant, true, 8);
      expect(tile.every((side) => side >= 1)).toBe(true);
      expect(workgroups).toBeGreaterThan(1);
    }
  });
});
