// Trains the paper's CNN on the built-in garments and counts how many pictures that it has not seen it names right.
//   node examples/3_cnn.js [steps]
import * as tg from "tailgrad/node";

const steps = Number(process.argv[2] ?? 60);
const { train, test, classNames } = tg.garments({ trainPerClass: 300, testPerClass: 20 });

/** Words on the GPU. @param {Uint32Array} words */
const upload = (words) => new tg.Variable(words, [words.length]);
const images = upload(tg.packBytes(train.images));
const labels = upload(tg.packBytes(train.labels));
const unseen = upload(tg.packBytes(test.images));
const count = test.labels.length;

// Which pictures make up a batch: the next 50 of a list, from where a counter on the GPU stands.
const rng = new tg.Rng(1, 1);
const drawn = Uint32Array.from({ length: 50 * steps }, () => rng.integer(train.labels.length));
const batches = { order: upload(drawn), position: tg.newClock(), batchSize: 50 };
const all = { order: upload(Uint32Array.from(test.labels.keys())), position: tg.newClock(), batchSize: count };

const device = await tg.openNodeDevice();
const model = new tg.Cnn(new tg.Rng(1, 0));
const adam = new tg.Adam(tg.parametersOf(model), { lr: 5e-4 });

const training = await tg.compile(device, () => {
  const logits = model.forward(tg.gatherImages(images, batches, [1, 28, 28]), { training: true });
  const loss = tg.crossEntropy(logits, tg.gatherLabels(labels, batches));
  adam.step(tg.grad(loss, tg.parametersOf(model)));
  tg.advance(batches.position);
  return { loss };
});
for (let done = 0; done < steps; done += 20) {
  training.run(Math.min(20, steps - done));
  const [loss] = await training.read("loss");
  console.error(`step ${Math.min(done + 20, steps)} of ${steps}: loss ${loss.toFixed(3)}`);
}

const asking = await tg.compile(device, () => ({
  answers: tg.argmax(model.forward(tg.gatherImages(unseen, all, [1, 28, 28]), tg.INFERENCE), 1),
}));
asking.run();
const answers = await asking.read("answers");
const right = answers.filter((answer, i) => answer === test.labels[i]).length;
console.log(`${tg.parameterCount(model)} parameters, ${training.explain().dispatches.length} dispatches per step`);
console.log(`picture 0 is "${classNames[test.labels[0]]}", named "${classNames[answers[0]]}"`);
console.log(`${right} of ${count} unseen pictures named right`);
device.destroy();
