// Fits a line to noisy points. The line and its errors are one kernel, written here.

import * as tg from "tailgrad/node";

// error[i] = slope * x[i] + offset - y[i]
const errors = tg.customOp({
  name: "line errors",
  wgsl: `
    struct Params { count: u32 }
    @group(0) @binding(0) var<uniform> params: Params;
    @group(0) @binding(1) var<storage, read> x: array<f32>;
    @group(0) @binding(2) var<storage, read> y: array<f32>;
    @group(0) @binding(3) var<storage, read> line: array<f32>;  // slope, offset
    @group(0) @binding(4) var<storage, read_write> error: array<f32>;

    @compute @workgroup_size(64)
    fn main(@builtin(global_invocation_id) id: vec3<u32>) {
      if (id.x >= params.count) { return; }
      error[id.x] = line[0] * x[id.x] + line[1] - y[id.x];
    }`,
  shape: (x) => x,
  params: ([count]) => ({ count }),
  // d loss / d slope = sum of g * x, d loss / d offset = sum of g; nobody asks for the data's gradients.
  vjp: (g, _error, x) => [undefined, undefined, tg.concat([tg.sum(tg.mul(g, x), [0], true), tg.sum(g, [0], true)])],
});

const device = await tg.openNodeDevice();
const line = new tg.Variable(Float32Array.of(0, 0), [2], { name: "line" });
const adam = new tg.Adam([line], { lr: 0.05 });
const clock = tg.newClock();
const random = { seed: 1, clock };

// Recorded once: fresh points, the loss, its gradient, the update.
const step = await tg.compile(device, () => {
  const x = tg.uniform([200], random);
  const y = tg.add(tg.add(tg.mul(x, 3), -1), tg.mul(tg.normal([200], random), 0.1));
  const loss = tg.mean(tg.square(errors(x, y, line)));
  adam.step(tg.grad(loss, [line]));
  tg.advance(clock);
  return { loss };
});

step.run(500);
const [slope, offset] = await line.read();
const [loss] = await step.read("loss");
console.log(
  `slope ${slope.toFixed(2)}, offset ${offset.toFixed(2)}, mean squared error ${loss.toFixed(3)} (0.010 is noise)`,
);
device.destroy();
