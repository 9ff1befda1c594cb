import { grid, type Launch, sizeOf, u32Params, type View } from "../../gpu/launch.ts";
import { specialize } from "../../gpu/specialize.ts";
import { withFunctions } from "../with_functions.ts";
import imagesSource from "./gather_images.wgsl";
import labelsSource from "./gather_labels.wgsl";
import quantizeSource from "./quantize_images.wgsl";
import sampleIndexSource from "./sample_index.wgsl";

const WORKGROUP = 64;

/** Which samples a gathering kernel takes; `order` and `position` are u32, at least one item lies in the source. */
export interface BatchPlace {
  readonly order: View;
  /** u32 [2]: low and high word of the batch's number. */
  readonly position: View;
  /** Place in `order` of the first sample of batch 0. */
  readonly first: number;
  /** Images or labels in the source. */
  readonly items: number;
}

/** Launches out[s] = image order[first + batch * B + s] of packed bytes, scaled to [-1, 1]; out is f32 [B, ...]. */
export function launchGatherImages(images: View, { order, position, first, items }: BatchPlace, out: View): Launch {
  const [batchSize = 0, ...shape] = out.shape;
  const pixels = sizeOf(shape);
  const elements = batchSize * pixels;
  const aligned = pixels % 4 === 0;
  return {
    kernel: "gatherImages",
    variant: aligned ? "words" : "bytes",
    shader: withFunctions(specialize(imagesSource, { WORKGROUP, ALIGNED: aligned }), sampleIndexSource),
    params: u32Params(elements, pixels, batchSize, first, sizeOf(order.shape) - 1, items - 1),
    bindings: [
      { view: images, access: "read" },
      { view: order, access: "read" },
      { view: position, access: "read" },
      { view: out, access: "write" },
    ],
    workgroups: grid(Math.ceil(elements / 4 / WORKGROUP)),
    flops: elements * 2,
  };
}

/** Launches out[s] = label order[first + batch * B + s] of packed bytes; out is u32 [B]. */
export function launchGatherLabels(labels: View, { order, position, first, items }: BatchPlace, out: View): Launch {
  const batchSize = sizeOf(out.shape);
  return {
    kernel: "gatherLabels",
    variant: "bytes",
    shader: withFunctions(specialize(labelsSource, { WORKGROUP }), sampleIndexSource),
    params: u32Params(batchSize, first, sizeOf(order.shape) - 1, items - 1),
    bindings: [
      { view: labels, access: "read" },
      { view: order, access: "read" },
      { view: position, access: "read" },
      { view: out, access: "write" },
    ],
    workgroups: grid(Math.ceil(batchSize / WORKGROUP)),
    flops: 0,
  };
}

/** Launches bytes = x from [-1, 1] to 0..255, packed four to a word; bytes is u32 [ceil(elements / 4)]. */
export function launchQuantizeImages(x: View, bytes: View): Launch {
  const elements = sizeOf(x.shape);
  return {
    kernel: "quantizeImages",
    variant: "words",
    shader: specialize(quantizeSource, { WORKGROUP }),
    params: u32Params(elements),
    bindings: [
      { view: x, access: "read" },
      { view: bytes, access: "write" },
    ],
    workgroups: grid(Math.ceil(elements / 4 / WORKGROUP)),
    flops: elements * 4,
  };
}
