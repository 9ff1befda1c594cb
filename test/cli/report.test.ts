import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { MIDWAY_PRESETS } from "../../src/experiments/midway/presets.ts";
import { readMatrix, writeMatrix } from "../../src/experiments/reproduce/matrix_file_node.ts";
import { temporaryFolder } from "../experiments/temporary_folder.ts";
import { writeStudyFolder } from "../support/study_folder.ts";
import { run } from "./support.ts";

it("writes the report of a reproduction, and says what is not finished", async () => {
  const folder = temporaryFolder();
  const { rows } = writeStudyFolder(folder, { experiments: [1], seeds: { plain: 1 } });
  rmSync(join(folder, rows[1]!.folder, "result.json"));
  const { code, stdout, stderr } = await run("report", folder);
  expect(stderr).toBe("");
  expect(stdout).toMatch(
    /^report: .*index\.html \(2 of 3 rows; 1 not finished, shown as such; \d+ files beside it\)\n$/,
  );
  expect(code).toBe(0);
  const page = readFileSync(join(folder, "index.html"), "utf8");
  expect(page).toContain(`npx tailgrad report ${folder}`);
  const json = JSON.parse((await run("report", folder, "--json")).stdout);
  expect(json).toMatchObject({ report: join(folder, "index.html"), rows: 3, problems: [] });
  expect(json.states).toEqual({ finished: 2, interrupted: 1 });
  // The midway report's rows are rows too.
  const counts = { real: Array(8).fill(4), synthetic: Array(8).fill(0) };
  const row = { id: "midway/balanced/seed1", row: "balanced", seed: 1, folder: "midway/runs/balanced-seed1" } as const;
  const midway = {
    sizes: MIDWAY_PRESETS.smoke,
    classNames: Array(8).fill("mug"),
    validationViews: 8,
    rows: [{ ...row, steps: 3, epochs: 1, trainCounts: counts, result: null }],
  };
  writeMatrix(folder, { ...readMatrix(folder), midway });
  expect(JSON.parse((await run("report", folder, "--json")).stdout)).toMatchObject({
    rows: 4,
    states: { finished: 2, interrupted: 1, missing: 1 },
  });
});

it("refuses what holds no reproduction with the next command, and writes nothing there", async () => {
  const folder = join(temporaryFolder(), "empty");
  mkdirSync(folder);
  const { code, stderr } = await run("report", folder);
  expect(code).toBe(2);
  expect(stderr).toContain(`run \`npx tailgrad reproduce --out ${folder}\`, or check the path`);
  expect(existsSync(join(folder, "index.html"))).toBe(false);
  // A folder with other things takes no reproduction, so that is not what it advises.
  writeFileSync(join(folder, "notes.txt"), "mine");
  const other = await run("report", folder);
  expect(other.code).toBe(2);
  expect(other.stderr).toContain("check the path, restore that file, or make a reproduction in a new folder");
  expect(other.stderr).not.toContain(`--out ${folder}`);
  expect((await run("report")).code).toBe(2);
});
