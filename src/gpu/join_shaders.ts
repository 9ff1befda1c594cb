import { grid, type Launch, type ShaderSource } from "./launch.ts";
import { evaluateInteger, integerConstants } from "./specialize.ts";

/** Values of the entry point's parameters that a joined kernel hands on to its parts. */
const HANDED_ON: Readonly<Record<string, string>> = {
  local_invocation_index: "u32",
  local_invocation_id: "vec3<u32>",
  subgroup_invocation_id: "u32",
  subgroup_size: "u32",
};

/**
 * Rounds of workgroups in a joined dispatch. lavapipe gives each of its threads one run of consecutive workgroups: were those of a part
 * all in one place, a thread would get the longer ones and the others wait for it. So each round has a share of every part. What that does
 * on a GPU is not measured.
 */
const ROUNDS = 16;

/**
 * One dispatch for several launches that do not need each other. Its workgroups come in rounds, of which each begins with workgroups of
 * the first launch, then has some of the second, and so on. All must have the same workgroup size, or one of 1. The text is that of the
 * parts with their names made different; workgroup memory they have in common, since a workgroup runs one part only.
 */
export function joinLaunches(launches: readonly Launch[]): Launch {
  const counts = launches.map(({ workgroups: [x, y, z] }) => x * y * z);
  const rounds = Math.min(ROUNDS, Math.max(1, ...counts));
  const offsets: number[] = [];
  let size = 16;
  for (const { params } of launches) {
    offsets.push(size);
    size += 16 + (params?.byteLength ?? 0);
  }
  const params = new ArrayBuffer(size);
  let end = 0;
  launches.forEach(({ workgroups: [x, y], params: own }, i) => {
    end += Math.ceil(counts[i]! / rounds);
    new Uint32Array(params, offsets[i]!, 4).set([x, y, counts[i]!, end]);
    if (own) new Uint8Array(params).set(new Uint8Array(own), offsets[i]! + 16);
  });
  new Uint32Array(params, 0, 1).set([end]);
  return {
    kernel: launches.map(({ kernel }) => kernel).join(" + "),
    variant: launches.map(({ variant }) => variant).join(" + "),
    shader: joined(launches),
    params,
    bindings: launches.flatMap(({ bindings }) => bindings),
    workgroups: grid(end * rounds),
    flops: launches.reduce((total, { flops }) => total + flops, 0),
  };
}

const texts = new Map<string, ShaderSource>();

function joined(launches: readonly Launch[]): ShaderSource {
  const alongX = launches.every(({ workgroups: [, y, z] }) => y === 1 && z === 1);
  const parts = launches.map(({ shader, params }) => `${params?.byteLength ?? 0}\n${shader.code}`);
  const key = `${alongX}\n${parts.join("\n")}`;
  let shader = texts.get(key);
  if (!shader) {
    shader = write(launches, alongX);
    texts.set(key, shader);
  }
  return shader;
}

/** A part's workgroup by its number, and how many there are; `grid` as in Joined. */
const GROUPS = [
  "fn group_of(id: u32, grid: vec4<u32>) -> vec3<u32> {",
  "  return vec3<u32>(id % grid.x, id / grid.x % grid.y, id / (grid.x * grid.y));",
  "}",
  "fn groups_of(grid: vec4<u32>) -> vec3<u32> {",
  "  return vec3<u32>(grid.xy, grid.z / (grid.x * grid.y));",
  "}",
];
/** The same where all parts have their workgroups along x: without these divisions, which are long to compile on CPU drivers. */
const GROUPS_ALONG_X = [
  "fn group_of(id: u32, grid: vec4<u32>) -> vec3<u32> {",
  "  return vec3<u32>(id, 0u, 0u);",
  "}",
  "fn groups_of(grid: vec4<u32>) -> vec3<u32> {",
  "  return vec3<u32>(grid.x, 1u, 1u);",
  "}",
];

function write(launches: readonly Launch[], alongX: boolean): ShaderSource {
  const directives = new Set<string>();
  const fields: string[] = [];
  const bodies: string[] = [];
  const calls: string[] = [];
  const wanted = new Map<string, string>();
  const memory = new Map<string, WorkgroupArray>();
  const sizes = launches.map(({ shader }) => workgroupSizeOf(shader));
  const size = sizes.find((one) => one !== "1") ?? "1";
  let binding = 1;
  launches.forEach(({ shader, params, bindings }, i) => {
    const part = takeApart(shader.code, `k${i}_`, binding);
    for (const array of part.memory) {
      if (array.length > (memory.get(array.name)?.length ?? 0)) memory.set(array.name, array);
    }
    binding += bindings.length;
    for (const directive of part.directives) directives.add(directive);
    fields.push(
      `  grid${i}: vec4<u32>,  // workgroups along x and y, in all, and where in a round those of the next part begin`,
    );
    if (params) fields.push(`  @align(16) @size(${params.byteLength}) p${i}: k${i}_Params,`);
    bodies.push(`// ---- ${shader.file}\n${part.code.replace(/\bparams\./g, `joined.p${i}.`)}`);
    const values = part.parameters.map(({ builtin }) => {
      if (builtin === "workgroup_id") return `group_of(own, joined.grid${i})`;
      if (builtin === "num_workgroups") return `groups_of(joined.grid${i})`;
      const type = HANDED_ON[builtin];
      if (!type) throw new Error(`${shader.file}: a joined kernel cannot hand on ${builtin}`);
      wanted.set(builtin, type);
      return builtin;
    });
    const alone = size !== "1" && workgroupSizeOf(shader) === "1";
    if (alone) wanted.set("local_invocation_index", "u32");
    const begin = i === 0 ? "0u" : `joined.grid${i - 1}.w`;
    calls.push(
      `if (at < joined.grid${i}.w) {
    let own = round * (joined.grid${i}.w - ${begin}) + at - ${begin};
    if (own < joined.grid${i}.z${alone ? " && local_invocation_index == 0u" : ""}) { k${i}_main(${values.join(", ")}); }
  }`,
    );
  });
  const code = [
    ...directives,
    "struct Joined {",
    "  round: vec4<u32>,  // workgroups of a round",
    ...fields,
    "}",
    "@group(0) @binding(0) var<uniform> joined: Joined;",
    ...(alongX ? GROUPS_ALONG_X : GROUPS),
    ...[...memory.values()].map(({ name, type, length }) => `var<workgroup> ${name}: array<${type}, ${length}>;`),
    ...bodies,
    `@compute @workgroup_size(${size})`,
    "fn main(",
    "  @builtin(workgroup_id) group: vec3<u32>,",
    "  @builtin(num_workgroups) groups: vec3<u32>,",
    ...[...wanted].map(([builtin, type]) => `  @builtin(${builtin}) ${builtin}: ${type},`),
    ") {",
    "  let id = group.y * groups.x + group.x;",
    "  let round = id / joined.round.x;",
    "  let at = id - round * joined.round.x;  // within the round",
    `  ${calls.join(" else ")}`,
    "}",
    "",
  ].join("\n");
  return { file: launches.map(({ shader }) => shader.file).join(" + "), code };
}

/** The workgroup size of a kernel as numbers: "64", "16, 16". */
export function workgroupSizeOf({ code }: ShaderSource): string {
  const text = /@workgroup_size\(([^)]*)\)/.exec(code)?.[1] ?? "";
  return text
    .split(",")
    .map((name) => {
      const constant = new RegExp(`^const ${name.trim()}\\b[^=]*= *(\\d+)u?;`, "m").exec(code);
      return constant?.[1] ?? name.trim();
    })
    .join(", ");
}

/** Workgroup memory under the name that all parts know it by. */
interface WorkgroupArray {
  readonly name: string;
  readonly type: string;
  readonly length: number;
}

interface Part {
  readonly directives: readonly string[];
  readonly memory: readonly WorkgroupArray[];
  readonly code: string;
  /** Builtin values that its main takes, in order. */
  readonly parameters: readonly { readonly builtin: string }[];
}

/** A kernel's text with `prefix` before each of its own module-level names, its bindings counted from `binding`, main a plain function. */
function takeApart(text: string, prefix: string, binding: number): Part {
  const directives = [...text.matchAll(/^(?:enable|requires|diagnostic)\b[^;]*;/gm)].map(([line]) => line);
  let code = text
    .replace(/\/\/[^\n]*/g, "")
    .replace(/^(?:enable|requires|diagnostic)\b[^;]*;\n?/gm, "")
    .replace(/^@group\(0\) @binding\(0\) var<uniform>[^\n]*\n/m, "")
    .replace(/\n\s*\n+/g, "\n");
  const hasParams = /^@group\(0\) @binding\(0\) var<uniform>/m.test(text);
  const first = hasParams ? 1 : 0;
  code = code.replace(/@binding\((\d+)\)/g, (_, number: string) => `@binding(${Number(number) - first + binding})`);
  const parameters: { builtin: string }[] = [];
  code = code.replace(/@compute @workgroup_size\([^)]*\)\s*fn main\(([^{]*)\)\s*\{/, (_, list: string) => {
    const plain = list.replace(/@builtin\((\w+)\)\s*/g, (__: string, builtin: string) => {
      parameters.push({ builtin });
      return "";
    });
    return `fn main(${plain}) {`;
  });
  const constants = integerConstants(code);
  const memory = new Map<string, WorkgroupArray>();
  code = code.replace(
    /^var<workgroup> (\w+): array<(f32|vec\d<f32>), (.+)>;\n/gm,
    (line, own: string, type: string, lengthText: string) => {
      const length = evaluateInteger(lengthText, constants);
      if (length === undefined) return line;
      const before = [...memory.values()].filter((other) => other.type === type).length;
      memory.set(own, { name: `workgroup_${type.replace(/\W/g, "")}_${before}`, type, length });
      return "";
    },
  );
  const names = new Set(
    [...code.matchAll(/^(?:@group\(\d+\) @binding\(\d+\) )?(?:fn|const|alias|struct|var(?:<[^>]*>)?)\s+(\w+)/gm)].map(
      ([, name]) => name!,
    ),
  );
  const rename = (piece: string) =>
    piece.replace(/(?<![.\w])[A-Za-z_]\w*/g, (name) =>
      names.has(name) ? prefix + name : (memory.get(name)?.name ?? name),
    );
  // A field's name stays, its type does not.
  const field = /^(\s*(?:@\w+\([^)]*\)\s*)*\w+\s*:)(.*)$/gm;
  code = code
    .split(/^(?=struct )|(?<=^\})/m)
    .map((piece) =>
      piece.startsWith("struct ")
        ? piece
            .replace("struct ", `struct ${prefix}`)
            .replace(field, (_, name: string, type: string) => name + rename(type))
        : rename(piece),
    )
    .join("");
  return { directives, memory: [...memory.values()], code, parameters };
}
