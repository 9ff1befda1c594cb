import { expect, it } from "vitest";
import { type Mat3, mat3 } from "wgpu-matrix";
import {
  type AffineMap,
  compose,
  IDENTITY,
  inverse,
  rotation,
  scaling,
  shear,
  translation,
} from "../../../src/data/garments/affine.ts";

const map = compose(translation(3, -5), rotation(0.3), shear(0.2), scaling(1.5, -0.7));
const theirs = mat3.translation([3, -5]);
mat3.rotate(theirs, 0.3, theirs);
mat3.multiply(theirs, mat3.set(1, 0, 0, Math.fround(0.2), 1, 0, 0, 0, 1), theirs);
mat3.scale(theirs, [1.5, -0.7], theirs);

/** wgpu-matrix keeps three columns of four. */
const six = (m: Mat3): number[] => [0, 1, 4, 5, 8, 9].map((i) => m[i]!);

function expectClose(ours: AffineMap, expected: readonly number[]): void {
  for (const [i, value] of expected.entries()) expect(ours[i], `number ${i}`).toBeCloseTo(value, 5);
}

it("maps are composed and turned back as wgpu-matrix does it", () => {
  expectClose(map, six(theirs));
  expectClose(inverse(map), six(mat3.inverse(theirs)));
});

it("a map and its inverse come to nothing, and what is composed is f32", () => {
  expectClose(compose(map, inverse(map)), IDENTITY);
  expect(map).toEqual(map.map(Math.fround));
  expect(inverse(map)).toEqual(inverse(map).map(Math.fround));
});
