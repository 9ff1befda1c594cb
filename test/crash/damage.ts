/** Damaged checkpoints: found by SHA-256, the older generation serves, and without one the error says what to do. */
import assert from "node:assert/strict";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkpointFiles } from "../../src/experiments/checkpoint_node.ts";
import { KINDS, type Kind, lastLine, newest, type Site } from "../support/runs.ts";
import type { Tally } from "../support/suite.ts";

const [NEWEST, PREVIOUS] = checkpointFiles("checkpoint");

type Damage = (bytes: Buffer, site: Site) => Buffer;
const DAMAGES: Readonly<Record<string, Damage>> = {
  "a flipped bit": (bytes, site) => flipped(bytes, site.integer(0, bytes.length - 1), site.integer(0, 7)),
  "a missing byte": (bytes, site) => {
    const at = site.integer(0, bytes.length - 1);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
  },
  "a missing end": (bytes, site) => bytes.subarray(0, site.integer(1, bytes.length - 1)),
  "no bytes": () => Buffer.alloc(0),
};

function flipped(bytes: Buffer, at: number, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at]! ^= 1 << bit;
  return copy;
}

/** Each of the named damages through the command, and `flips` single flipped bits that must be found, for both kinds of run. */
export async function damages(
  tally: Tally,
  site: Site,
  { flips, names = Object.keys(DAMAGES), kinds = KINDS }: { flips: number; names?: string[]; kinds?: readonly Kind[] },
): Promise<void> {
  for (const kind of kinds) {
    const { run, at } = await site.interrupted(kind, 4, "SIGINT");
    for (const name of names) {
      const damage = DAMAGES[name]!;
      await tally.check(`${kind}: ${name} in ${NEWEST}`, () => expectOlderTaken(site, kind, run, damage));
      await tally.check(`${kind}: ${name} in both`, () => expectRefused(site, kind, run, damage));
    }
    await tally.check(`${kind}: ${flips} flipped bits`, () => expectFlipsFound(site, run, at, flips));
    rmSync(run, { recursive: true });
  }
  site.say(`damaged checkpoints of ${kinds.join(" and ")}, ${flips} flipped bits each`);
}

function damageFile(site: Site, path: string, damage: Damage): void {
  writeFileSync(path, damage(readFileSync(path), site));
}

async function expectOlderTaken(site: Site, kind: Kind, intact: string, damage: Damage): Promise<void> {
  const run = site.newRun();
  cpSync(intact, run, { recursive: true });
  damageFile(site, join(run, NEWEST), damage);
  const { checkpoint, warnings } = newest(run);
  const { stderr } = await site.finish(kind, run, { from: checkpoint?.step });
  const warning = new RegExp(
    `^warning: .*/?${NEWEST}: SHA-256 .* damaged; going on from ${PREVIOUS}, step ${checkpoint?.step}$`,
    "m",
  );
  assert.match(stderr, warning, `no such warning: ${stderr}`);
  assert.equal(warnings.length, 1);
  await site.expectSame(kind, run);
}

async function expectRefused(site: Site, kind: Kind, intact: string, damage: Damage): Promise<void> {
  const run = site.newRun();
  cpSync(intact, run, { recursive: true });
  for (const file of [NEWEST, PREVIOUS]) damageFile(site, join(run, file), damage);
  const left = [NEWEST, PREVIOUS].map((file) => readFileSync(join(run, file)));
  const end = await site.train(kind, run, 1).ended;
  assert.equal(end.code, 2, `exit code ${end.code}: ${lastLine(end)}`);
  const message = new RegExp(
    `^error: .*${NEWEST}: SHA-256 .* damaged, .*${PREVIOUS}: SHA-256 .* damaged; restore a copy, or choose another folder to start over$`,
  );
  assert.match(lastLine(end), message, `no such error: ${lastLine(end)}`);
  for (const [i, file] of [NEWEST, PREVIOUS].entries()) {
    assert.ok(readFileSync(join(run, file)).equals(left[i]!), `${file} was written to`);
  }
  rmSync(run, { recursive: true });
}

/** Flips one bit at a time of the newest generation; the older one must be taken each time. */
function expectFlipsFound(site: Site, run: string, at: number, flips: number): void {
  const path = join(run, NEWEST);
  const bytes = readFileSync(path);
  for (let i = 0; i < flips; i++) {
    const [byte, bit] = [site.integer(0, bytes.length - 1), site.integer(0, 7)];
    writeFileSync(path, flipped(bytes, byte, bit));
    const step = newest(run).checkpoint?.step;
    assert.ok(step !== undefined && step < at, `bit ${bit} of byte ${byte}: step ${step} of ${at}`);
  }
  writeFileSync(path, bytes);
  assert.equal(newest(run).checkpoint?.step, at, "restored");
}
