import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Mutant } from "./mutants.ts";

/** What the sources and tests of a copy need. */
const COPIED = ["src", "test", "bench", "package.json", "tsconfig.json", "vite.config.ts", "wgsl_plugin.ts"] as const;
/** Longer than any test file takes; a mutant that loops for ever is caught by it. */
const LIMIT_MS = 600_000;

/** A copy of the project in which faults are planted, one at a time. */
export class MutantLab {
  readonly #root: string;

  constructor(project = ".") {
    this.#root = mkdtempSync(join(tmpdir(), "tailgrad-mutants-"));
    for (const name of COPIED) cpSync(join(project, name), join(this.#root, name), { recursive: true });
    symlinkSync(resolve(project, "node_modules"), join(this.#root, "node_modules"));
  }

  /** Runs a mutant's tests without the fault; throws unless they pass, since they could prove nothing then. */
  checkSound(tests: string): void {
    const { status, output } = this.#test(tests);
    if (status !== 0) throw new Error(`${tests} fails without any fault: ${output.slice(-400)}`);
  }

  /** Throws unless the tests fail with the fault planted: by a failed test, not because the copy does not run at all. */
  checkCaught({ fault, file, find, replace, tests }: Mutant): void {
    const path = join(this.#root, file);
    const text = readFileSync(path, "utf8");
    if (text.split(find).length !== 2)
      throw new Error(`${file}: "${find}" stands there ${text.split(find).length - 1} times, not once`);
    try {
      writeFileSync(
        path,
        text.replace(find, () => replace),
      );
      const { status, output } = this.#test(tests);
      if (status === 0) throw new Error(`${tests} passes although ${file} is wrong: ${fault}`);
      if (!/Tests .*failed/.test(output) && status !== null)
        throw new Error(`${tests} did not run: ${output.slice(-400)}`);
    } finally {
      writeFileSync(path, text);
    }
  }

  #test(tests: string): { readonly status: number | null; readonly output: string } {
    const vitest = join(this.#root, "node_modules/vitest/vitest.mjs");
    const [file, only] = tests.split(" -t ");
    const args = [vitest, "run", file!, ...(only ? ["-t", only] : []), "--bail", "1", "--maxWorkers", "1"];
    const env = { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined };
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: this.#root,
      env,
      encoding: "utf8",
      timeout: LIMIT_MS,
    });
    return { status, output: `${stdout}${stderr}` };
  }

  close(): void {
    rmSync(this.#root, { recursive: true, force: true });
  }
}
