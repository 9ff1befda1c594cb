import { expect, it } from "vitest";
import { evaluate } from "../../../src/autograd/evaluate.ts";
import { expand } from "../../../src/autograd/ops/sum.ts";
import { random, zeros } from "../../support/arrays.ts";
import { checkOp } from "../../support/check.ts";
import { testDevice } from "../../support/device.ts";

for (const [from, to] of [
  [
    [3, 1],
    [3, 5],
  ],
  [[4], [2, 3, 4]],
  [
    [1, 2, 1, 3],
    [5, 2, 4, 3],
  ],
  [[], [7]],
  [[1], [0]],
] as const) {
  it(`expand [${from}] to [${to}]`, async () => {
    await checkOp({
      op: (x) => expand(x, to),
      oracle: (x) => {
        const y = zeros(to);
        const lead = to.length - from.length;
        for (let i = 0; i < y.data.length; i++) {
          let rest = i;
          let at = 0;
          let step = 1;
          for (let axis = to.length - 1; axis >= lead; axis--) {
            const own = x.shape[axis - lead]!;
            at += (own === 1 ? 0 : rest % to[axis]!) * step;
            rest = Math.floor(rest / to[axis]!);
            step *= own;
          }
          y.data[i] = x.data[at]!;
        }
        return y;
      },
      inputs: [random(from, 1)],
    });
  });
}

it("expand keeps integers that f32 cannot hold", async () => {
  const [y] = await evaluate(await testDevice(), (x) => [expand(x!, [2, 2])], [
    { data: Uint32Array.of(16_777_217, 4_294_967_295), shape: [2] },
  ]);
  expect([...y!.data]).toEqual([16_777_217, 4_294_967_295, 16_777_217, 4_294_967_295]);
});
