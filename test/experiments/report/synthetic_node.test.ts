import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeSafetensors } from "../../../src/data/safetensors.ts";
import { readStudy } from "../../../src/experiments/report/study_node.ts";
import { findJudgements, measureSynthetic } from "../../../src/experiments/report/synthetic_node.ts";
import { destroyModel } from "../../../src/experiments/weights_node.ts";
import { Rng } from "../../../src/kernels/random/philox.ts";
import { Cnn } from "../../../src/models/cnn.ts";
import { Generator } from "../../../src/models/generators.ts";
import { readState } from "../../../src/models/state_dict.ts";
import { testDevice } from "../../support/device.ts";
import { writeStudyFolder } from "../../support/study_folder.ts";
import { temporaryFolder } from "../temporary_folder.ts";

const silent = { start: () => {}, update: () => {}, stop: () => {}, message: () => {}, warn: () => {} };
const GAN = "small_mlp_cgan_leaky";

async function bytesOf(model: Cnn | Generator) {
  const bytes = writeSafetensors(await readState(model.state()));
  destroyModel(model);
  return bytes;
}

describe("measureSynthetic", () => {
  it("judges each GAN by the classifier of its tail and seed, once", async () => {
    const device = await testDevice();
    const out = temporaryFolder();
    const weights = {
      gan: await bytesOf(new Generator(GAN, new Rng(1, 0))),
      cnn: await bytesOf(new Cnn(new Rng(2, 0))),
    };
    writeStudyFolder(out, { experiments: [3], gans: [GAN], seeds: { plain: 1 }, weights });
    const files = readStudy(out);
    const { known, open } = findJudgements(out, files);
    expect(known).toEqual([]);
    expect(open.map(({ gan, classifier }) => [gan.run.key, classifier.run.key])).toEqual([
      [`gan-${GAN}-high_unbalanced-seed1`, "cnn-high_unbalanced-none-plain-seed1"],
    ]);
    const { measures, problems } = await measureSynthetic(device, out, { known, open }, files.real, silent);
    expect(problems).toEqual([]);
    const [one] = measures;
    expect(one!.consistency).toHaveLength(10);
    // An untrained classifier calls most images of an untrained generator the same.
    expect(one!.consistency.reduce((total, share) => total + share, 0)).toBeCloseTo(1, 0);
    // Noise differs less than garments do.
    for (const ratio of one!.diversity) expect(ratio).toBeLessThan(1);
    for (const ratio of one!.diversity) expect(ratio).toBeGreaterThan(0);
    // What is known is not measured again, unless the weights are others.
    expect(findJudgements(out, files)).toEqual({ known: [one], open: [] });
    const path = join(out, files.gans[0]!.run.folder, "generator.safetensors");
    const changed = readFileSync(path);
    writeFileSync(path, changed.fill(1, changed.length - 4));
    expect(findJudgements(out, files).open).toHaveLength(1);
    writeFileSync(path, "no weights");
    const failed = await measureSynthetic(device, out, findJudgements(out, files), files.real, silent);
    expect(failed.measures).toEqual([]);
    expect(failed.problems).toEqual([
      expect.stringMatching(/its images could not be judged: .*generator\.safetensors/),
    ]);
  }, 180_000);
});
