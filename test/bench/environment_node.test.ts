import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { commitOf } from "../../bench/environment_node.ts";

const folder = mkdtempSync(join(tmpdir(), "tailgrad-commit-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const git = (...args: readonly string[]) =>
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b.example", ...args], { cwd: folder, stdio: "pipe" });
function hasGit(): boolean {
  try {
    git("--version");
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(!hasGit())("the commit (skipped without git)", () => {
  it("is that of the repository, marked where a file differs; there is none within one, or without one", () => {
    expect(commitOf(folder)).toBeUndefined();
    git("init", "--quiet");
    writeFileSync(join(folder, "file"), "1");
    git("add", "file");
    git("commit", "--quiet", "--message", "one");
    git("tag", "v1");
    const commit = commitOf(folder);
    expect(commit).toMatch(/^[0-9a-f]{7}$/);
    writeFileSync(join(folder, "file"), "two");
    expect(commitOf(folder)).toBe(`${commit}-dirty`);
    mkdirSync(join(folder, "within"));
    expect(commitOf(join(folder, "within"))).toBeUndefined();
  });
});
