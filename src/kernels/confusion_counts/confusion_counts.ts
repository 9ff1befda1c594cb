import { grid, type Launch, sizeOf, u32Params, type View } from "../../gpu/launch.ts";
import { specialize } from "../../gpu/specialize.ts";
import source from "./confusion_counts.wgsl";

const WORKGROUP = 64;

/** Launches counts[label, prediction] += 1 for labels and predictions [N], counts [C, C], all u32. */
export function confusionCounts(labels: View, predictions: View, counts: View): Launch {
  const size = sizeOf(labels.shape);
  return {
    kernel: "confusionCounts",
    variant: "",
    shader: specialize(source, { WORKGROUP }),
    params: u32Params(size, counts.shape[0]!),
    bindings: [
      { view: labels, access: "read" },
      { view: predictions, access: "read" },
      { view: counts, access: "update" },
    ],
    workgroups: grid(Math.ceil(size / WORKGROUP)),
    flops: 0,
  };
}
