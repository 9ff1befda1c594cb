import type { Figure, Fold, Part, Section } from "../document.ts";
import { mean } from "../statistics.ts";
import { fileWord, type Study, type StudyGan, type SyntheticMeasures, settingTitle } from "../study.ts";
import {
  besideFigure,
  ganCurvesFigure,
  gridFigure,
  type SyntheticRow,
  syntheticFigure,
  syntheticTable,
} from "./samples.ts";

/** What the generators made, how they were trained, and how far their images differ from real ones. */
export function syntheticSections(study: Study): Section[] {
  return [samplesSection(study), measuresSection(study), trainingSection(study)];
}

/** GANs of one setting; those of several seeds by generator. */
function bySetting(gans: readonly StudyGan[]): [string, StudyGan[]][] {
  const settings = [...new Set(gans.map(({ run }) => run.setting))];
  return settings.map((setting) => [setting, gans.filter(({ run }) => run.setting === setting)]);
}

function finished({ gans }: Study): StudyGan[] {
  return gans.filter(({ status }) => status === "finished");
}

function samplesSection(study: Study): Section {
  const { classNames } = study.matrix;
  const parts = bySetting(finished(study)).flatMap(([setting, gans]): Part[] => {
    // One seed of each generator: the first that is finished.
    const first = new Map<string, StudyGan>();
    for (const gan of gans) if (gan.samples && !first.has(gan.run.gan)) first.set(gan.run.gan, gan);
    const shown = [...first.values()];
    if (shown.length === 0) return [];
    const name = fileWord(setting);
    const groups = [
      ...(study.real ? [{ label: "real images", png: study.real }] : []),
      ...shown.map(({ run, samples }) => ({ label: run.gan, png: samples! })),
    ];
    return [
      { kind: "heading", text: settingTitle(study, setting) },
      besideFigure(`beside-${name}`, "Real beside synthetic images", groups, classNames),
      ...shown.map((gan) => samplesFigure(gan, classNames)),
      ...furtherSeeds(
        gans.filter((gan) => gan.samples && !shown.includes(gan)),
        classNames,
      ),
    ];
  });
  const real: Part[] = study.real
    ? [
        gridFigure(
          { name: "samples-real", title: "Real images", caption: "Ten training images per class.", png: study.real },
          classNames,
        ),
      ]
    : [];
  return {
    title: "Samples",
    lead: "What the tail classes were filled up with. Each row is a class.",
    parts: parts.length === 0 ? [] : [...parts, ...real],
  };
}

function samplesFigure({ run, samples, summary }: StudyGan, classNames: readonly string[]): Figure {
  return gridFigure(
    {
      name: `samples-${fileWord(run.key)}`,
      title: run.gan,
      caption: `Ten images per class after ${summary?.steps ?? 0} steps, seed ${run.seed}.`,
      png: samples!,
    },
    classNames,
  );
}

/** The grids of all other seeds. */
function furtherSeeds(gans: readonly StudyGan[], classNames: readonly string[]): Fold[] {
  if (gans.length === 0) return [];
  const seeds = [...new Set(gans.map(({ run }) => run.seed))].sort((a, b) => a - b);
  const title = `Samples of seed${seeds.length > 1 ? "s" : ""} ${seeds.join(", ")}`;
  const parts = gans.map((gan) => samplesFigure(gan, classNames));
  return [{ kind: "fold", title, parts, elsewhere: "figures/samples-*.png" }];
}

function measuresSection(study: Study): Section {
  const { classNames } = study.matrix;
  const parts = bySetting(finished(study)).flatMap(([setting, gans]): Part[] => {
    const own = study.synthetic.filter(({ gan }) => gans.some(({ run }) => run.key === gan));
    if (own.length === 0) return [];
    const names = [...new Set(gans.map(({ run }) => run.gan))];
    const rowsOf = (pick: (measures: SyntheticMeasures) => readonly (number | null)[]): SyntheticRow[] =>
      names.flatMap((label) => {
        const seeds = own.filter(({ gan }) => gans.some(({ run }) => run.key === gan && run.gan === label)).map(pick);
        return seeds.length === 0
          ? []
          : [{ label, values: classNames.map((_, c) => meanOf(seeds.map((one) => one[c]))) }];
      });
    const classifiers = new Set(own.map(({ classifier }) => classifier));
    const judges = study.rows.filter(({ run }) => classifiers.has(run.key)).flatMap(({ summary }) => summary ?? []);
    const reference: SyntheticRow = {
      label: "real test images",
      values: classNames.map((_, c) => meanOf(judges.map(({ evaluation }) => evaluation.recall[c]))),
    };
    const name = fileWord(setting);
    return [
      { kind: "heading", text: settingTitle(study, setting) },
      syntheticFigure(
        `consistency-${name}`,
        "Label consistency",
        "The share of synthetic images that the classifier puts into the class they were made for. The first row is what it reaches on real test images: where that is low, the classes below it tell little.",
        [reference, ...rowsOf(({ consistency }) => consistency)],
        classNames,
      ),
      syntheticFigure(
        `diversity-${name}`,
        "Diversity",
        "The mean distance of two synthetic images of a class in the classifier's features, over that of two real ones: below 1 they are more alike than real images, near 0 all the same.",
        rowsOf(({ diversity }) => diversity),
        classNames,
      ),
      syntheticTable(`synthetic-${name}`, own, classNames),
    ];
  });
  return {
    title: "How far synthetic images differ from real ones",
    lead:
      "Judged by the classifier that was trained on the long tail alone with the same seed: it has seen no synthetic image. " +
      "Means over the seeds.",
    parts,
  };
}

function meanOf(values: readonly (number | null | undefined)[]): number | null {
  const known = values.filter((value) => typeof value === "number");
  return known.length === 0 ? null : mean(known);
}

function trainingSection(study: Study): Section {
  return {
    title: "GAN training",
    parts: bySetting(finished(study).filter(({ losses }) => losses.length > 0)).map(([setting, gans]) =>
      ganCurvesFigure(`gan-training-${fileWord(setting)}`, `GAN losses by step: ${settingTitle(study, setting)}`, gans),
    ),
  };
}
