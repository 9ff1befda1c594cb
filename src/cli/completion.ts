import { Argument, type Command } from "commander";
import { bashScript } from "./completion_bash.ts";
import { fishScript } from "./completion_fish.ts";
import { commandTree, type Node } from "./completion_tree.ts";
import { zshScript } from "./completion_zsh.ts";
import type { Context } from "./context.ts";

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } satisfies Record<string, (root: Node) => string>;
type Shell = keyof typeof SCRIPTS;

const examples = `
The script knows the commands and options of this version: write it anew after
an update.

Examples:
  $ tailgrad completion bash > ~/.local/share/bash-completion/completions/tailgrad
  $ tailgrad completion zsh > ~/.zfunc/_tailgrad    (with fpath+=~/.zfunc before compinit in .zshrc)
  $ tailgrad completion fish > ~/.config/fish/completions/tailgrad.fish
`;

/** `tailgrad completion`: a script that completes commands, options and their values at the prompt. */
export function addCompletion(program: Command, context: Context): void {
  program
    .command("completion")
    .description("Print a script that lets bash, zsh or fish complete commands and options")
    .addArgument(new Argument("<shell>", "for which shell").choices(Object.keys(SCRIPTS)))
    .addHelpText("after", examples)
    .action((shell: Shell) => context.open().print(SCRIPTS[shell](commandTree(program)).trimEnd()));
}
