import { joinLaunches, workgroupSizeOf } from "../gpu/join_shaders.ts";
import type { Launch, Storage } from "../gpu/launch.ts";
import type { PlannedLaunch } from "./gather_parts.ts";

/** One dispatch of a step, and the planned launches that it does. */
export interface Dispatch {
  readonly launch: Launch;
  readonly parts: readonly PlannedLaunch[];
}

/** A planned launch with what scheduling needs to know of it. */
interface Task {
  readonly planned: PlannedLaunch;
  readonly reads: readonly Storage[];
  readonly writes: readonly Storage[];
  readonly size: string;
  /** Tasks that must come before, and after. */
  readonly after: Set<Task>;
  readonly before: Set<Task>;
}

/** Launches in one bundle: more would make kernels that no other step shares and that take long to compile. */
const MOST_PARTS = 8;

/**
 * Joins launches that do not need each other into one dispatch. Each goes to the first bundle after those that it depends on; then
 * bundles whose parts can all wait for later ones are dissolved. Matmuls join only with matmuls: their kernels take long to compile,
 * and so the same pairs come back layer after layer; they part again where one of them is compiled alone anyway. Convolutions stay
 * alone: joined, a CNN step took 5 % longer on lavapipe.
 * `storageBindings` is the adapter's limit for one dispatch.
 */
export function bundle(planned: readonly PlannedLaunch[], storageBindings: number): Dispatch[] {
  const bundles: Task[][] = [];
  const place = new Map<Task, number>();
  for (const task of tasksOf(planned)) {
    let at = 0;
    for (const other of task.after) at = Math.max(at, place.get(other)! + 1);
    while (at < bundles.length && !suits(bundles[at]!, task, storageBindings)) at++;
    if (at === bundles.length) bundles.push([]);
    bundles[at]!.push(task);
    place.set(task, at);
  }
  bundles.forEach((bundle, at) => {
    dissolve(bundle, at, bundles, place, storageBindings);
  });
  const filled = bundles.filter((bundle) => bundle.length > 0);
  return filled
    .flatMap((bundle) => (compilesAgain(bundle, filled) ? bundle.map((task) => [task]) : [bundle]))
    .map((bundle) => {
      const parts = bundle.map((task) => task.planned);
      return { parts, launch: parts.length === 1 ? parts[0]!.launch : joinLaunches(parts.map(({ launch }) => launch)) };
    });
}

/** Whether joined products would make a large kernel be compiled once more that a dispatch of its own needs anyway. */
function compilesAgain(bundle: readonly Task[], bundles: readonly (readonly Task[])[]): boolean {
  const codeOf = ({ planned }: Task) => planned.launch.shader.code;
  return (
    bundle.length > 1 &&
    bundle.some(({ planned }) => planned.launch.joins === "products" && planned.launch.variant !== "naive") &&
    bundle.some((task) => bundles.some((other) => other.length === 1 && codeOf(other[0]!) === codeOf(task)))
  );
}

/** Moves all tasks of a bundle to later ones, or none. */
function dissolve(
  bundle: Task[],
  at: number,
  bundles: readonly Task[][],
  place: Map<Task, number>,
  storageBindings: number,
): void {
  const moved: [Task, number][] = [];
  for (const task of bundle) {
    const end = Math.min(bundles.length, ...[...task.before].map((other) => place.get(other)!));
    let to = at + 1;
    while (to < end && !(bundles[to]!.length > 0 && suits(bundles[to]!, task, storageBindings))) to++;
    if (to >= end) break;
    bundles[to]!.push(task);
    moved.push([task, to]);
  }
  const whole = moved.length === bundle.length;
  for (const [task, to] of moved) {
    if (whole) place.set(task, to);
    else bundles[to]!.splice(bundles[to]!.indexOf(task), 1);
  }
  if (whole) bundle.length = 0;
}

function suits(bundle: readonly Task[], task: Task, storageBindings: number): boolean {
  const kind = ({ planned }: Task) => planned.launch.joins;
  const bindings = [...bundle, task].reduce((total, { planned }) => total + planned.launch.bindings.length, 0);
  if (bundle.length > 0 && kind(task) === "nothing") return false;
  if (bindings > storageBindings || bundle.length >= MOST_PARTS) return false;
  return (
    bundle.every(
      (other) =>
        kind(other) === kind(task) &&
        !task.after.has(other) &&
        !task.before.has(other) &&
        // WebGPU forbids one dispatch to read and write a buffer, even different parts of it.
        !sharesRoot(other.reads, task.writes) &&
        !sharesRoot(other.writes, task.reads),
    ) && sizesOf([...bundle, task]).size <= 1
  );
}

/** Workgroup sizes of the tasks but those of one invocation, which join any other. */
function sizesOf(tasks: readonly Task[]): Set<string> {
  return new Set(tasks.map(({ size }) => size).filter((size) => size !== "1"));
}

function sharesRoot(some: readonly Storage[], others: readonly Storage[]): boolean {
  return some.some(({ root }) => others.some((other) => other.root === root));
}

function tasksOf(planned: readonly PlannedLaunch[]): Task[] {
  const tasks: Task[] = [];
  const writers = new Map<Storage, Task[]>();
  const readers = new Map<Storage, Task[]>();
  for (const entry of planned) {
    const { bindings, shader } = entry.launch;
    const storages = (read: boolean) =>
      bindings.filter(({ access }) => (access === "read") === read).map(({ view }) => view.storage);
    const [reads, writes] = [storages(true), storages(false)];
    const after = new Set<Task>();
    const follow = (users: ReadonlyMap<Storage, readonly Task[]>, storage: Storage, mine: "reads" | "writes") => {
      for (const other of users.get(storage.root) ?? []) {
        if (other[mine].some((used) => overlap(used, storage))) after.add(other);
      }
    };
    for (const storage of reads) follow(writers, storage, "writes");
    for (const storage of writes) {
      follow(writers, storage, "writes");
      follow(readers, storage, "reads");
    }
    const task: Task = { planned: entry, reads, writes, size: workgroupSizeOf(shader), after, before: new Set() };
    for (const other of after) other.before.add(task);
    for (const [users, used] of [
      [readers, reads],
      [writers, writes],
    ] as const) {
      for (const { root } of used) users.set(root, [...(users.get(root) ?? []), task]);
    }
    tasks.push(task);
  }
  return tasks;
}

/** Whether two storages have bytes in common: parts of one storage have not, the whole has some of each. */
export function overlap(a: Storage, b: Storage): boolean {
  return a === b || (a.root === b.root && !(a.place && b.place && a.offset !== b.offset));
}
