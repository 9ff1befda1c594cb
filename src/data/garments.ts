/**
 * The embedded data set: ten classes of garments drawn by code at 28x28 grey, so that the demo and the tests need no
 * download. Classes and label order are Fashion-MNIST's. Every picture is a function of (seed, split, label, index)
 * alone, so a larger set begins with the pictures of a smaller one.
 */
import { checkOptions, shown } from "../autograd/arguments.ts";
import { UsageError } from "../errors.ts";
import { checkSeed, normal, Rng } from "../kernels/random/philox.ts";
import { FASHION_CLASS_NAMES, type ImageDataset, type LabelledImages } from "./dataset.ts";
import { compose, rotation, scaling, shear, translation } from "./garments/affine.ts";
import { Canvas, SIDE } from "./garments/raster.ts";
import { drawAnkleBoot, drawSandal, drawSneaker } from "./garments/shoes.ts";
import { drawCoat, drawDress, drawPullover, drawShirt, drawTShirt } from "./garments/tops.ts";
import { drawBag, drawTrouser } from "./garments/trouser_bag.ts";

const PAINTERS: readonly ((canvas: Canvas, rng: Rng) => void)[] = [
  drawTShirt,
  drawTrouser,
  drawPullover,
  drawDress,
  drawCoat,
  drawSandal,
  drawShirt,
  drawSneaker,
  drawBag,
  drawAnkleBoot,
];

const CLASSES = PAINTERS.length;
const PIXELS = SIDE * SIDE;
/** Philox streams, one for the drawing and one for the noise; the split and the label are added. */
const DRAW_STREAM = 0x6a72_0000;
const NOISE_STREAM = 0x6a72_1000;
const MAX_PER_CLASS = 100_000;

/** Options of {@link garments}. */
export interface GarmentOptions {
  /** Default 1. */
  seed?: number;
  /** Training pictures of each class; default 1000. */
  trainPerClass?: number;
  /** Test pictures of each class; default 200. */
  testPerClass?: number;
}

/**
 * Draws one garment into `out` (784 grey bytes).
 * @param split 0 training, 1 test
 */
export function drawGarment(seed: number, split: 0 | 1, label: number, index: number, out: Uint8Array): void {
  const painter = PAINTERS[label];
  if (!painter) throw new UsageError(`garments: label ${label} is not one of 0..${CLASSES - 1}`);
  const stream = split * CLASSES + label;
  const rng = new Rng(seed, DRAW_STREAM + stream, index);
  const scale = rng.uniform(0.82, 1.03);
  const upright = compose(
    translation(rng.uniform(-0.1, 0.1), rng.uniform(-0.08, 0.08)),
    rotation(rng.normal(0, 0.07)),
    shear(rng.normal(0, 0.05)),
    scaling(scale * rng.uniform(0.9, 1.08), scale),
  );
  // Shops photograph most shoes one way round, not all.
  const jitter = rng.chance(0.15) ? compose(upright, scaling(-1, 1)) : upright;
  const canvas = new Canvas(jitter, {
    amplitudeX: rng.uniform(0, 0.05),
    amplitudeY: rng.uniform(0, 0.03),
    phaseX: rng.uniform(0, 6.28),
    phaseY: rng.uniform(0, 6.28),
  });
  painter(canvas, rng);
  develop(canvas, rng, normal(seed, NOISE_STREAM + stream, index, PIXELS), out);
}

/** From paint to pixels: exposure, gamma and sensor noise (weak on the black ground, as in a cut-out photograph). */
function develop(canvas: Canvas, rng: Rng, noise: Float32Array, out: Uint8Array): void {
  const picture = new Float32Array(PIXELS);
  canvas.resolve(picture);
  const gain = rng.uniform(0.8, 1.1);
  const gamma = rng.uniform(0.8, 1.25);
  const grain = rng.uniform(0.01, 0.045);
  for (let i = 0; i < PIXELS; i++) {
    const level = picture[i]!;
    const lit = level > 0 ? gain * level ** gamma : 0;
    const value = lit + noise[i]! * (level > 0 ? grain : 0.006);
    out[i] = Math.max(0, Math.min(255, Math.round(255 * value)));
  }
}

function makeSplit(seed: number, split: 0 | 1, perClass: number): LabelledImages {
  const count = perClass * CLASSES;
  const images = new Uint8Array(count * PIXELS);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    // Labels go round, so that any stretch of the set is balanced.
    const label = i % CLASSES;
    labels[i] = label;
    drawGarment(seed, split, label, Math.floor(i / CLASSES), images.subarray(i * PIXELS, (i + 1) * PIXELS));
  }
  return { images, labels };
}

function checkPerClass(value: number, what: string): void {
  if (!Number.isInteger(value) || value < 1 || value > MAX_PER_CLASS) {
    throw new UsageError(`garments: ${what} is ${shown(value)}, but must be an integer of 1..${MAX_PER_CLASS}`);
  }
}

/** Draws the whole set; balanced, labels in the order 0..9, 0..9, ... Throws UsageError on sizes or seeds it cannot use. */
export function garments(options: GarmentOptions = {}): ImageDataset {
  checkOptions("garments", options, ["seed", "trainPerClass", "testPerClass"]);
  const { seed = 1, trainPerClass = 1000, testPerClass = 200 } = options;
  checkSeed(seed, "seed of garments");
  checkPerClass(trainPerClass, "trainPerClass");
  checkPerClass(testPerClass, "testPerClass");
  return {
    name: "garments",
    classNames: [...FASHION_CLASS_NAMES],
    classes: CLASSES,
    height: SIDE,
    width: SIDE,
    channels: 1,
    train: makeSplit(seed, 0, trainPerClass),
    test: makeSplit(seed, 1, testPerClass),
  };
}
