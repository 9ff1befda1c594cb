import { allNodes, type Flag, type Node, type Value } from "./completion_tree.ts";

/** The script for zsh: a function for each command. */
export function zshScript(root: Node): string {
  return `#compdef tailgrad
# Completion of tailgrad for zsh.

${allNodes(root).map(functionOf).join("\n\n")}

if [ "$funcstack[1]" = "_tailgrad" ]; then _tailgrad "$@"; else compdef _tailgrad tailgrad; fi
`;
}

function nameOf({ path }: Node): string {
  return ["_tailgrad", ...path].join("_");
}

function functionOf(node: Node): string {
  const flags = node.flags.map(specOf);
  if (node.children.length === 0) {
    const argument = node.argument.kind === "none" ? [] : [`'1::argument:${actionOf(node.argument)}'`];
    return `${nameOf(node)}() {\n  _arguments ${[...flags, ...argument].join(" \\\n    ")}\n}`;
  }
  const children = node.children.map(({ name, description }) => `${name}\\:${quoted(description)}`).join(" ");
  const cases = node.children.map((child) => `    ${child.name}) ${nameOf(child)} ;;`).join("\n");
  return `${nameOf(node)}() {
  local context state line
  typeset -A opt_args
  _arguments -C ${[...flags, `'1:command:((${children}))'`, "'*::argument:->rest'"].join(" \\\n    ")}
  case $line[1] in
${cases}
  esac
}`;
}

function specOf({ long, description, value }: Flag): string {
  const takes = value.kind === "none" ? "" : `:value:${actionOf(value)}`;
  return `'${long}[${escaped(description)}]${takes}'`;
}

function actionOf(value: Value): string {
  switch (value.kind) {
    case "choice":
      return `(${value.choices.join(" ")})`;
    case "folder":
      return "_files -/";
    case "file":
      return "_files";
    default:
      return " ";
  }
}

/** Within single quotes, in brackets. */
function escaped(text: string): string {
  return text.replaceAll(/[[\]:\\]/g, "\\$&").replaceAll("'", "'\\''");
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\:()]/g, "\\$&").replaceAll("'", "'\\''")}"`;
}
