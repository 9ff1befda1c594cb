/** Runs every example as its users would, with short budgets, and looks at the pictures and numbers that they end in. */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { decode } from "fast-png";
import { afterAll, describe, expect, it } from "vitest";

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "tailgrad-examples-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function outputOf(example: string, ...options: string[]): Promise<string> {
  return (await run(process.execPath, [`examples/${example}.js`, ...options], { encoding: "utf8" })).stdout;
}

/** Different pixel values of a picture of this size. */
function shadesOf(file: string, side: number, channels: number): number {
  const picture = decode(readFileSync(file));
  expect([picture.width, picture.height, picture.channels]).toEqual([side, side, channels]);
  return new Set(picture.data).size;
}

describe("the examples", () => {
  it("are five of at most 60 lines, and README and docs name them", () => {
    const names = readdirSync("examples").filter((file) => file.endsWith(".js"));
    expect(names).toHaveLength(5);
    for (const name of names) {
      expect(readFileSync(`examples/${name}`, "utf8").trimEnd().split("\n").length, name).toBeLessThanOrEqual(60);
      expect(readFileSync("README.md", "utf8")).toContain(`examples/${name}`);
    }
  });
});

describe.runIf(existsSync("dist/node.js"))("when run", { timeout: 240_000 }, () => {
  it("1: a line is fitted", async () => {
    expect(await outputOf("1_linear_regression")).toMatch(
      /^slope (3\.0\d|2\.9\d), offset -(1\.0\d|0\.9\d), mean squared error 0\.0(09|1\d) \(0\.010 is noise\)\n$/,
    );
  });

  it("2: spirals are told apart, and a picture of it is written", async () => {
    const picture = join(folder, "pictures/spiral.png");
    const [, right] = /^(\d+) of 400 points on their side/.exec(await outputOf("2_spiral", picture, "1500")) ?? [];
    expect(Number(right)).toBeGreaterThan(380);
    expect(shadesOf(picture, 256, 3)).toBeGreaterThan(50);
  });

  it("3: the CNN is trained and asked", async () => {
    const text = await outputOf("3_cnn", "12");
    expect(text).toMatch(/^454042 parameters, \d\d dispatches per step\n/);
    const [, right] = /\n(\d+) of 200 unseen pictures named right\n$/.exec(text) ?? [];
    expect(Number(right)).toBeGreaterThan(40);
  });

  it("4: the CGAN draws", async () => {
    const picture = join(folder, "pictures/garments.png");
    expect(await outputOf("4_cgan", picture, "20")).toMatch(/^loss of D \d\.\d\d, of G \d\.\d\d; see /);
    expect(shadesOf(picture, 280, 1)).toBeGreaterThan(50);
  });

  it("5: an op is checked", async () => {
    const [, error] = /^softplus: 40 gradients checked, largest error (\S+)\n$/.exec(await outputOf("5_own_op")) ?? [];
    expect(Number(error)).toBeLessThan(1e-5);
  });
});
