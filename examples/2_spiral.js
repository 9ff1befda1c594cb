// Trains a small network to tell two spirals apart, and draws what it decides at every point of the plane.
//   node examples/2_spiral.js [picture.png] [steps]
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { encode } from "fast-png";
import * as tg from "tailgrad/node";

const [picture = "runs/spiral.png", steps = "1500"] = process.argv.slice(2);
const POINTS = 400; // half of them on each spiral
const SIDE = 256; // of the picture, which shows -1.2..1.2 both ways

const rng = new tg.Rng(7, 0);
const points = new Float32Array(POINTS * 2);
for (let i = 0; i < POINTS; i++) {
  const along = (i >> 1) / (POINTS / 2);
  const angle = (3 * along + (i % 2)) * Math.PI;
  points[2 * i] = along * Math.cos(angle) + rng.normal(0, 0.02);
  points[2 * i + 1] = along * Math.sin(angle) + rng.normal(0, 0.02);
}

const layers = [new tg.Linear(rng, 2, 64), new tg.Linear(rng, 64, 64), new tg.Linear(rng, 64, 1)];
const parameters = layers.flatMap(tg.parametersOf);
const adam = new tg.Adam(parameters, { lr: 0.01 });
/** @param {import("tailgrad").Tensor} x */
const logits = (x) => layers.reduce((value, layer, i) => layer.forward(i === 0 ? value : tg.tanh(value)), x);

const device = await tg.openNodeDevice();
const x = new tg.Variable(points, [POINTS, 2], { requiresGrad: false });
const sides = Float32Array.from({ length: POINTS }, (_, i) => i % 2);
const labels = new tg.Variable(sides, [POINTS, 1], { requiresGrad: false });
const training = await tg.compile(device, () => {
  const loss = tg.bceWithLogits(logits(x), labels);
  adam.step(tg.grad(loss, parameters));
  return { loss };
});
training.run(Number(steps));

const pixels = Float32Array.from({ length: SIDE * SIDE * 2 }, (_, i) => {
  const pixel = i % 2 === 0 ? (i >> 1) % SIDE : Math.floor(i / 2 / SIDE);
  return ((pixel + 0.5) / SIDE - 0.5) * 2.4;
});
const plane = new tg.Variable(pixels, [SIDE * SIDE, 2], { requiresGrad: false });
const asking = await tg.compile(device, () => ({ points: tg.sigmoid(logits(x)), plane: tg.sigmoid(logits(plane)) }));
asking.run();
const answers = await asking.read("points");
const decided = await asking.read("plane");
const data = new Uint8Array(SIDE * SIDE * 3);
for (const [i, p] of decided.entries()) data.set([245 - 165 * p, 150 - 20 * p, 60 + 170 * p], 3 * i);
for (let i = 0; i < POINTS; i++) {
  const [column, row] = [0, 1].map((k) => Math.floor((points[2 * i + k] / 2.4 + 0.5) * SIDE));
  for (const near of [0, 1, SIDE, SIDE + 1])
    data.fill(255 * (i % 2), (row * SIDE + column + near) * 3, (row * SIDE + column + near + 1) * 3);
}
mkdirSync(dirname(picture), { recursive: true });
writeFileSync(picture, encode({ width: SIDE, height: SIDE, data, channels: 3, depth: 8 }));
const right = answers.filter((p, i) => Number(p > 0.5) === i % 2).length;
console.log(`${right} of ${POINTS} points on their side; what it decides elsewhere is in ${picture}`);
device.destroy();
