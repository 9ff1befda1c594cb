import { z } from "zod";
import { plainText } from "../run_config.ts";
import { midwaySizes } from "./presets.ts";
import { MIDWAY_ROWS } from "./training_set.ts";

const share = z.number().min(0).max(1);
const counts = z.array(z.int().min(0)).length(8);

const midwayRow = z.strictObject({
  /** "midway/row/seedN". */
  id: plainText,
  row: z.enum(MIDWAY_ROWS),
  seed: z.int().min(0),
  /** Relative to the reproduction's folder. */
  folder: z.string().regex(/^midway\/runs\/[a-z]+-seed[0-9]{1,16}$/),
  steps: z.int().min(1),
  epochs: z.int().min(1),
  trainCounts: z.strictObject({ real: counts, synthetic: counts }),
  /** What a finished row reached on the validation views; its run folder has it in full. */
  result: z
    .strictObject({
      accuracy: share,
      f1Macro: share,
      f1Weighted: share,
      gMean: share,
      recall: z.array(share).length(8),
      f1: z.array(share).length(8),
    })
    .nullable(),
});
/** One classifier of the midway report's experiment. */
export type MidwayRow = z.infer<typeof midwayRow>;

/** The key `midway` of reproduce.json. */
export const midwayRecord = z.strictObject({
  sizes: midwaySizes,
  classNames: z.array(plainText).length(8),
  /** Validation views of all classes. */
  validationViews: z.int().min(1),
  rows: z.array(midwayRow),
});
export type MidwayRecord = z.infer<typeof midwayRecord>;
