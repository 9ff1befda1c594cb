import { allNodes, type Node, type Value } from "./completion_tree.ts";

/** The script for fish. */
export function fishScript(root: Node): string {
  return `# Completion of tailgrad for fish.

# Whether the words so far begin with a command's path; with --only that they are nothing more.
function __tailgrad_at
    set -l words (commandline -opc)[2..]
    if test "$argv[1]" = --only
        test "$words" = "$argv[2..]"
    else
        string match -q -- "$argv *" "$words "
    end
end

complete -c tailgrad -f
${allNodes(root).flatMap(linesOf).join("\n")}
`;
}

function linesOf(node: Node): string[] {
  const only = node.children.length > 0 || node.path.length === 0 ? ["--only"] : [];
  const start = `complete -c tailgrad -n '${["__tailgrad_at", ...only, ...node.path].join(" ")}'`;
  return [
    ...node.children.map(({ name, description }) => `${start} -a ${name} -d ${quoted(description)}`),
    ...argumentLines(start, node.argument),
    ...node.flags.map(({ long, description, value }) => {
      return `${start} -l ${long.slice(2)} -d ${quoted(description)}${behindFlag(value)}`;
    }),
  ];
}

function argumentLines(start: string, argument: Value): string[] {
  if (argument.kind === "choice") return [`${start} -a '${argument.choices.join(" ")}'`];
  return argument.kind === "folder" ? [`${start} -a '(__fish_complete_directories)'`] : [];
}

function behindFlag(value: Value): string {
  switch (value.kind) {
    case "none":
      return "";
    case "choice":
      return ` -x -a '${value.choices.join(" ")}'`;
    case "folder":
      return " -x -a '(__fish_complete_directories)'";
    case "file":
      return " -r -F";
    case "other":
      return " -x";
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, "\\$&")}'`;
}
