import { describe, expect, it } from "vitest";
import { evaluate } from "../../../src/autograd/evaluate.ts";
import { cast } from "../../../src/autograd/ops/cast.ts";
import { mul } from "../../../src/autograd/ops/elementwise.ts";
import { testDevice } from "../../support/device.ts";

describe("cast", () => {
  it("drops fractions towards 0 and stops at the bounds", async () => {
    const x = { data: Float32Array.from([0, 1.9, -1.9, 2 ** 31, -(2 ** 31), 1e20, -1e20, 7]), shape: [8] };
    const [i, u] = await evaluate(await testDevice(), (t) => [cast(t!, "i32"), cast(t!, "u32")], [x]);
    const most = 2 ** 31 - 1;
    // WGSL stops at the largest integer that f32 can hold below the bound.
    expect(Array.from(i!.data).map((v) => (v >= 2147483520 ? most : v))).toEqual([
      0,
      1,
      -1,
      most,
      -(2 ** 31),
      most,
      -(2 ** 31),
      7,
    ]);
    expect(Array.from(u!.data).map((v) => (v >= 4294967040 ? 4294967295 : v))).toEqual([
      0,
      1,
      0,
      2 ** 31,
      0,
      4294967295,
      0,
      7,
    ]);
  });

  it("takes integers to f32, also in the middle of an expression", async () => {
    const u = { data: Uint32Array.from([0, 3, 16777216, 4294967295, 5]), shape: [5] };
    const i = { data: Int32Array.from([-7]), shape: [1] };
    const [y] = await evaluate(await testDevice(), (a, b) => [mul(cast(a!, "f32"), cast(b!, "f32"))], [u, i]);
    expect(Array.from(y!.data)).toEqual([0, 3, 16777216, 4294967296, 5].map((v) => Math.fround(v * -7)));
  });

  it("keeps the bits between integer types, beyond 2^24 too", async () => {
    const u = { data: Uint32Array.from([16777217, 4294967295]), shape: [2] };
    const [y, back] = await evaluate(await testDevice(), (t) => [cast(t!, "i32"), cast(cast(t!, "i32"), "u32")], [u]);
    expect(y!.data).toEqual(Int32Array.from([16777217, -1]));
    expect(back!.data).toEqual(u.data);
  });

  it("leaves a tensor of the type alone", async () => {
    const x = { data: Float32Array.of(1), shape: [1] };
    const same: boolean[] = [];
    await evaluate(
      await testDevice(),
      (t) => {
        same.push(cast(t!, "f32") === t);
        return [];
      },
      [x],
    );
    expect(same).toEqual([true]);
  });
});
