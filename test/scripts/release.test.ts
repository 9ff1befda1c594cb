import { expect, test } from "vitest";
import { type ReleaseState, releaseProblems, signingObstacle } from "../../scripts/release.mjs";

const READY: ReleaseState = {
  manifest: { version: "1.2.3", repository: "github:someone/tailgrad" },
  lock: { version: "1.2.3" },
  changelog: "# Changelog\n\n## 1.2.3 (2026-01-02)\n",
  citation: "cff-version: 1.2.0\nversion: 1.2.3\n",
  licences: { written: "a", now: "a" },
  build: null,
  changes: "",
  tags: ["v1.2.3"],
};

test("nothing stands in the way of what is ready", () => {
  expect(releaseProblems(READY)).toEqual([]);
});

test.each<[Partial<ReleaseState>, string]>([
  [{ manifest: { version: "1.2", repository: "x" } }, "1.2 is no version"],
  [{ lock: { version: "1.2.2" } }, "package-lock.json: has version 1.2.2"],
  [{ changelog: "## Unreleased (1.2.3)\n" }, 'has no heading "## 1.2.3 (YYYY-MM-DD)"'],
  [{ citation: "version: 1.2.30\n" }, "CITATION.cff: does not have version 1.2.3"],
  [{ manifest: { version: "1.2.3" } }, "has no repository, which provenance is bound to"],
  [{ licences: { written: "a", now: "b" } }, "run node scripts/licences.mjs"],
  [{ build: "the sources changed" }, "dist: the sources changed; run node scripts/setup.mjs"],
  [{ changes: " M src/index.ts" }, " M src/index.ts"],
  [{ tags: ["v1.2.2", "latest"] }, "no tag v1.2.3"],
])("%j stands in the way", (change, problem) => {
  expect(releaseProblems({ ...READY, ...change }).join("\n")).toContain(problem);
});

test("only a workflow with an identity can sign", () => {
  expect(signingObstacle({})).toContain("release.yml only; push the tag");
  expect(signingObstacle({ GITHUB_ACTIONS: "true" })).toContain("id-token: write");
  expect(signingObstacle({ GITHUB_ACTIONS: "true", ACTIONS_ID_TOKEN_REQUEST_URL: "https://x" })).toBeNull();
});
