import { allNodes, type Node, type Value } from "./completion_tree.ts";

/** The script for bash. */
export function bashScript(root: Node): string {
  const nodes = allNodes(root);
  const at = (node: Node) => `"${node.path.map((name) => ` ${name}`).join("")}"`;
  const behind = nodes.flatMap((node) =>
    node.flags.flatMap(({ long, value }) =>
      value.kind === "none" ? [] : [`    ${at(node).slice(0, -1)} ${long}") ${replies(value)}; return ;;`],
    ),
  );
  const words = nodes.map((node) => {
    const list = [
      ...node.children.map(({ name }) => name),
      ...(node.argument.kind === "choice" ? node.argument.choices : []),
      ...node.flags.map(({ long }) => long),
    ];
    return `    ${at(node)}) words="${list.join(" ")}" ;;`;
  });
  return `# Completion of tailgrad for bash.
_tailgrad() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" path="" words="" i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$path \${COMP_WORDS[i]}" in
      ${nodes.slice(1).map(at).join("|")}) path="$path \${COMP_WORDS[i]}" ;;
      *) break ;;
    esac
  done
  case "$path $before" in
${behind.join("\n")}
  esac
  case "$path" in
${words.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _tailgrad tailgrad
`;
}

/** What comes are names of files, one a line: with spaces in them, to be quoted; bash 3 has no compopt. */
const NAMES = "local IFS=$'\\n'; compopt -o filenames 2>/dev/null;";

function replies(value: Value): string {
  switch (value.kind) {
    case "choice":
      return `COMPREPLY=($(compgen -W "${value.choices.join(" ")}" -- "$word"))`;
    case "folder":
      return `${NAMES} COMPREPLY=($(compgen -d -- "$word"))`;
    case "file":
      return `${NAMES} COMPREPLY=($(compgen -f -- "$word"))`;
    default:
      return ":";
  }
}
