import type { LossMode } from "../programs.ts";
import { newLooks } from "./charts.ts";
import type { Look, Part, Report, Section } from "./document.ts";
import { confusionFigure, confusionTable } from "./parts/confusion.ts";
import { deadClassFigures, lossTable, twinsOf } from "./parts/dead_classes.ts";
import { distributionFigure, distributionOf } from "./parts/distributions.ts";
import { measuresTable, recallFigure, recallTable, tailSentence } from "./parts/measures.ts";
import { midwaySection } from "./parts/midway.ts";
import { pairedParts, seedsSentence } from "./parts/paired_tests.ts";
import { runTables, studyFacts, unfinishedParts } from "./parts/runs.ts";
import { syntheticSections } from "./parts/synthetic.ts";
import { table1 } from "./parts/table1.ts";
import { testCurveFigures } from "./parts/test_curves.ts";
import {
  fileWord,
  groupsOf,
  lossesOf,
  lossTitles,
  type Study,
  type StudyGroup,
  settingsOf,
  settingTitle,
} from "./study.ts";

/** The report of a reproduction. */
export function studyReport(study: Study): Report {
  const lookOf = newLooks();
  for (const { run } of study.rows) lookOf(run.rebalancing);
  const { matrix } = study;
  const sections = [
    unfinishedSection(study),
    problemsSection(study),
    table1Section(study),
    measuresSection(study),
    pairedSection(study),
    lossSection(study),
    curvesSection(study, lookOf),
    distributionSection(study),
    ...syntheticSections(study),
    confusionSection(study),
    midwaySection(study.midway),
    runsSection(study),
  ];
  return {
    title: "Re-balancing long-tailed data with CGANs: the paper, reproduced",
    subtitle:
      `The experiments of Mankikar, Patel and Zhang on ${matrix.dataset}, ours beside theirs.` +
      (matrix.preset === "paper" ? "" : ` ${smallText[matrix.preset]}`),
    facts: studyFacts(study),
    sections: sections.filter((section) => section !== undefined && section.parts.length > 0) as Section[],
  };
}

const smallText: Readonly<Record<string, string>> = {
  smoke: "This is the smoke preset: it shows that everything works; its figures mean nothing.",
  small:
    "This is the small preset: fewer images and epochs than the paper's, so the figures are to be compared with each other first.",
};

/** Parts for each loss and each of its settings that has finished runs. */
function perSetting(
  study: Study,
  make: (groups: readonly StudyGroup[], title: string, name: string, loss: LossMode) => Part[],
): Part[] {
  const losses = lossesOf(study);
  return losses.flatMap((loss) =>
    settingsOf(study.rows).flatMap((setting) => {
      // The original set stands first in each, as what all are measured by.
      const groups = groupsOf(study, loss, ({ run }) => run.setting === setting);
      const original = setting === "original" ? [] : groupsOf(study, loss, ({ run }) => run.setting === "original");
      if (groups.length === 0 || (setting === "original" && settingsOf(study.rows).length > 1)) return [];
      const shown = [...original.map((group) => ({ ...group, label: "original", reference: true })), ...groups];
      const title =
        losses.length > 1 ? `${settingTitle(study, setting)}, ${lossTitles[loss]}` : settingTitle(study, setting);
      return make(shown, title, `${fileWord(setting)}-${loss}`, loss);
    }),
  );
}

function unfinishedSection(study: Study): Section {
  return {
    title: "Not finished",
    lead: "These runs are in no figure and no mean below; nothing stands in for them.",
    parts: unfinishedParts(study),
  };
}

function problemsSection({ problems }: Study): Section {
  return {
    title: "Not read or not measured",
    lead: "Files that are damaged, and what is missing below because of them. The figures of their runs are those that the runs left.",
    parts: problemParts([...problems]),
  };
}

/** More than this are folded away, so that they do not stand before the results. */
const MOST_PROBLEMS = 6;

function problemParts(items: string[]): Part[] {
  if (items.length === 0) return [];
  if (items.length <= MOST_PROBLEMS) return [{ kind: "list", items }];
  return [
    { kind: "text", text: `${items.length} files or images could not be read or measured.` },
    {
      kind: "fold",
      title: `All ${items.length}, one by one`,
      parts: [{ kind: "list", items }],
      elsewhere: "on screen",
    },
  ];
}

function table1Section(study: Study): Section {
  return {
    title: "Table 1",
    lead: "The paper's results table, ours beside it.",
    parts: lossesOf(study).map((loss) => table1(study, loss)),
  };
}

function measuresSection(study: Study): Section {
  const { classNames } = study.matrix;
  return {
    title: "All measures",
    lead:
      "G-mean is the geometric mean of the classes' recalls: 0 as soon as one class is never found. Head, middle and tail are the " +
      "classes with most, middling and fewest training images. The best value of each column is marked.",
    parts: perSetting(study, (groups, title, name) => [
      { kind: "heading", text: title },
      measuresTable(`measures-${name}`, "Measures on the test set", groups),
      {
        ...recallFigure(`recall-${name}`, "Recall per class", groups, classNames),
        context: title,
        caption: tailSentence(groups),
      },
      recallTable(`recall-${name}`, groups, classNames),
    ]),
  };
}

function pairedSection(study: Study): Section {
  const all = lossesOf(study).flatMap((loss) => groupsOf(study, loss));
  const parts = perSetting(study, (groups, title, name) =>
    pairedParts(
      `pairs-${name}`,
      title,
      groups.filter(({ setting }) => setting !== "original"),
    ),
  );
  return {
    title: "Do the rebalancings differ?",
    parts: all.length === 0 ? [] : [{ kind: "text", text: seedsSentence(all) }, ...parts],
  };
}

function lossSection(study: Study): Section | undefined {
  const twins = twinsOf(groupsOf(study, "plain"), groupsOf(study, "paper"));
  if (twins.length === 0) return undefined;
  return {
    title: "What the paper's loss does",
    lead:
      "The paper's program applies cross-entropy to outputs that already went through a softmax. A class whose outputs saturate " +
      "wrongly gets no gradient and stays dead, and the loss of a saturated net is 2.4612 less its accuracy, whatever else it learned.",
    parts: [lossTable(twins), ...deadClassFigures(twins, study.matrix.classNames)],
  };
}

function curvesSection(study: Study, lookOf: (label: string) => Look): Section {
  const experiments = [1, 2, 3] as const;
  const titles = ["the sets as they are", "low_unbalanced, rebalanced", "high_unbalanced, rebalanced"];
  const ofExperiments = lossesOf(study).flatMap((loss) =>
    experiments.flatMap((experiment): Part[] => {
      const groups = groupsOf(study, loss, ({ run }) => run.experiments.includes(experiment));
      // The original set belongs to all: alone it is experiment 1's.
      if (!groups.some(({ setting }) => setting !== "original") && !(experiment === 1 && groups.length > 0)) return [];
      const heading = `Experiment ${experiment}: ${titles[experiment - 1]}, ${lossTitles[loss]}`;
      return [
        { kind: "heading", text: heading },
        ...testCurveFigures(`curves-${experiment}-${loss}`, heading, groups, loss, lookOf),
      ];
    }),
  );
  const ofOthers = perSetting(study, (groups, title, name, loss) => {
    const own = study.rows.some(({ run }) => run.setting === groups.at(-1)?.setting && run.experiments.length === 0);
    if (!own) return [];
    return [{ kind: "heading", text: title }, ...testCurveFigures(`curves-${name}`, title, groups, loss, lookOf)];
  });
  return {
    title: "On the way: the test set after each epoch",
    lead: "The paper's runs lie behind ours. Some training sets it ran twice: how far two seeds can lie apart.",
    parts: [...ofExperiments, ...ofOthers],
  };
}

function distributionSection(study: Study): Section {
  const { classNames } = study.matrix;
  const [loss] = lossesOf(study);
  const distributions = settingsOf(study.rows).flatMap((setting) => {
    const groups = lossesOf(study).flatMap((one) => groupsOf(study, one, ({ run }) => run.setting === setting));
    const tail = groups.find(({ rebalancing }) => rebalancing === "none")?.runs[0]?.trainCounts.real;
    const seen = new Set<string>();
    return groups.flatMap(({ rebalancing, runs: [run] }) => {
      if (run === undefined) return [];
      // All generators fill up to the same counts.
      const label = run.trainCounts.synthetic.some((count) => count > 0) ? "with a GAN's images" : rebalancing;
      if (seen.has(label)) return [];
      seen.add(label);
      return [distributionOf(label === "none" ? setting : `${setting}, ${label}`, run.trainCounts, tail)];
    });
  });
  if (loss === undefined || distributions.length === 0) return { title: "Training images", parts: [] };
  return {
    title: "Training images",
    lead: "How many images of each class the classifiers were trained on.",
    parts: [distributionFigure("distributions", "Images per class", distributions, classNames)],
  };
}

function confusionSection(study: Study): Section {
  const { classNames } = study.matrix;
  return {
    title: "Confusion matrices",
    parts: perSetting(study, (groups, title, name) => [
      confusionFigure(`confusion-${name}`, title, groups, classNames),
      confusionTable(`confusion-${name}`, groups, classNames),
    ]),
  };
}

function runsSection(study: Study): Section {
  return {
    title: "Runs",
    lead:
      "Every run, with its configuration in its folder (config.json). Times are those of a run's last start: of an interrupted one " +
      "only what came after.",
    parts: [...runTables(study)],
  };
}
