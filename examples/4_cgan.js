// Trains the paper's smallest conditional GAN on the built-in garments and draws ten pictures of each class.
//   node examples/4_cgan.js [picture.png] [steps]       (without a GPU about three minutes of CPU time)
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { encode } from "fast-png";
import * as tg from "tailgrad/node";

const [picture = "runs/garments.png", steps = "3000"] = process.argv.slice(2);
const BATCH = 32;
const { train } = tg.garments({ trainPerClass: 200, testPerClass: 1 });
/** @param {Uint32Array} words */
const upload = (words) => new tg.Variable(words, [words.length]);
const images = upload(tg.packBytes(train.images));
const labels = upload(tg.packBytes(train.labels));
const rng = new tg.Rng(1, 2);
const order = upload(Uint32Array.from({ length: Number(steps) * BATCH }, () => rng.integer(train.labels.length)));

const generator = new tg.Generator("small_mlp_cgan_leaky", new tg.Rng(1, 0));
const discriminator = new tg.Discriminator(new tg.Rng(1, 1));
const adamG = new tg.Adam(tg.parametersOf(generator), { lr: 5e-4, betas: [0.5, 0.999] });
const adamD = new tg.Adam(tg.parametersOf(discriminator), { lr: 5e-4, betas: [0.5, 0.999] });
const clock = tg.newClock();
const random = { seed: 1, clock };
const mode = { training: true, random };

const device = await tg.openNodeDevice();
const step = await tg.compile(device, () => {
  const source = { order, position: clock, batchSize: BATCH };
  const real = tg.gatherImages(images, source, [1, 28, 28]);
  const realLabels = tg.gatherLabels(labels, source);
  const fakeLabels = tg.randomIntegers([BATCH], 10, random);
  const fakes = generator.forward(tg.normal([BATCH, tg.NOISE_SIZE], random), fakeLabels, mode);

  const verdicts = discriminator.logits(tg.concat([real, tg.detach(fakes)]), tg.concat([realLabels, fakeLabels]), mode);
  const lossD = tg.bceWithLogits(verdicts, tg.concat([tg.full([BATCH, 1], 1), tg.full([BATCH, 1], 0)]));
  adamD.step(tg.grad(lossD, tg.parametersOf(discriminator)));
  const lossG = tg.bceWithLogits(discriminator.logits(fakes, fakeLabels, mode), 1);
  adamG.step(tg.grad(lossG, tg.parametersOf(generator)));
  tg.advance(clock);
  return { lossD, lossG };
});
step.run(Number(steps));

// Drawing i stands at column i % 10 of row floor(i / 10), which is its class: a row of pixels is that of ten drawings.
const classes = upload(Uint32Array.from({ length: 100 }, (_, i) => i / 10));
const drawing = await tg.compile(device, () => ({
  drawn: generator.forward(tg.normal([100, tg.NOISE_SIZE], random), classes, tg.INFERENCE),
}));
drawing.run();
const drawn = await drawing.read("drawn");
const data = new Uint8Array(280 * 280).map((_, at) => {
  const [x, y] = [at % 280, Math.floor(at / 280)];
  return 127.5 + 127.5 * drawn[(10 * Math.floor(y / 28) + Math.floor(x / 28)) * 784 + (y % 28) * 28 + (x % 28)];
});
mkdirSync(dirname(picture), { recursive: true });
writeFileSync(picture, encode({ width: 280, height: 280, data, channels: 1, depth: 8 }));
console.log(
  `loss of D ${(await step.read("lossD"))[0].toFixed(2)}, of G ${(await step.read("lossG"))[0].toFixed(2)}; see ${picture}`,
);
device.destroy();
