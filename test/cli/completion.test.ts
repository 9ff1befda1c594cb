import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../experiments/temporary_folder.ts";
import { run } from "./support.ts";

/** Whether a program is installed. */
function has(program: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, program)));
}

async function script(shell: string): Promise<string> {
  const { code, stdout, stderr } = await run("completion", shell);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const file = join(temporaryFolder(), `completion.${shell}`);
  writeFileSync(file, stdout);
  return file;
}

describe.skipIf(!has("bash"))("bash (skipped without it)", () => {
  /** What bash offers behind some words, the last of them unfinished. */
  async function offered(...words: string[]): Promise<string[]> {
    const file = await script("bash");
    const program = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _tailgrad; printf "%s\\n" "\${COMPREPLY[@]}"`;
    const out = execFileSync("bash", ["-c", program, "bash", file, "tailgrad", ...words], { encoding: "utf8" });
    return out.trim().split("\n");
  }

  test.each([
    [["tr"], ["train"]],
    [["train", ""], expect.arrayContaining(["gan", "cnn", "--help"])],
    [["train", "gan", "--gan", "small"], ["small_mlp_cgan_leaky"]],
    [["train", "cnn", "--max-"], ["--max-steps"]],
    [
      ["train", "cnn", "--out", "runs", "--rebalance", "up"],
      ["upsampled", "upsampled-random"],
    ],
    [
      ["explain", "c"],
      ["cgan", "cnn"],
    ],
    [["completion", "z"], ["zsh"]],
    [
      ["train", "gan", "--dataset", ""],
      ["garments", "fashion-mnist", "mnist"],
    ],
    [["data", "info", "--dataset", "fa"], ["fashion-mnist"]],
    [
      ["train", "cnn", "--imbalance", ""],
      ["7/9", "1/2", "1"],
    ],
    [["reproduce", "--gans", "dc"], ["dccgan_leaky"]],
    [["train", "gan", "--seed", ""], [""]],
  ])("%j", async (words, wanted) => {
    expect(await offered(...words)).toEqual(wanted);
  });
});

test.skipIf(!has("bash"))("bash offers names with spaces whole", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "my runs"));
  const program = `source "$1"; cd "$2"; COMP_WORDS=(tailgrad demo --out my); COMP_CWORD=3; _tailgrad; printf "%s\\n" "\${COMPREPLY[@]}"`;
  const out = execFileSync("bash", ["-c", program, "bash", await script("bash"), folder], { encoding: "utf8" });
  expect(out).toBe("my runs\n");
});

test.each(["zsh", "fish"])("%s: every command and option is in the script", async (shell) => {
  const { stdout } = await run("completion", shell);
  for (const name of ["reproduce", "watch", "max-steps", "small_mlp_cgan_leaky", "print-config"]) {
    expect(stdout).toContain(name);
  }
});

test.for(["zsh", "fish"])("%s reads the script", async (shell, { skip }) => {
  if (!has(shell)) skip(`${shell} is not installed`);
  execFileSync(shell, ["-n", await script(shell)]);
});
