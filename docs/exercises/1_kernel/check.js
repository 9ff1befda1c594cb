import { equal } from "node:assert/strict";
import { customOp, evaluate } from "tailgrad/node";

/** Reverses arrays of one element, of several workgroups with a rest, and of more workgroups than one dimension takes. */
export async function check({ wgsl }, device) {
  const reverse = customOp({ name: "reverse", wgsl, shape: (x) => x, params: ([count]) => ({ count }) });
  for (const count of [1, 64, 100, 1000, 65_536 * 64 + 1]) {
    const x = Float32Array.from({ length: count }, (_, i) => i);
    const [{ data: y }] = await evaluate(device, (input) => [reverse(input)], [{ data: x, shape: [count] }]);
    const wrong = y.findIndex((value, i) => value !== count - 1 - i);
    equal(wrong, -1, `of ${count} elements, y[${wrong}] is ${y[wrong]}, but should be ${count - 1 - wrong}`);
  }
}
