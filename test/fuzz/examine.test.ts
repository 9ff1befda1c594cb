import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataError, UsageError } from "../../src/errors.ts";
import { examine } from "./examine.ts";
import { Inputs } from "./inputs.ts";
import { minimized } from "./minimize.ts";
import { byteMutators } from "./mutate.ts";
import { jsonMutators } from "./mutate_json.ts";
import type { Reader, Session } from "./reader.ts";
import { READERS } from "./readers/index.ts";
import { Fuzzer } from "./share.ts";

/** A reader that does this to every input. */
const session = (read: Session["read"]): Session => ({ read, close() {} });
const problem = async (read: Session["read"]) => (await examine(session(read), "a.bin", new Uint8Array(1))).problem;
const refuse = (message: string) => () => {
  throw new DataError(message);
};

describe("the judge of readers", () => {
  it("takes what is accepted, and refusals that name file, rule and way out", async () => {
    expect(
      await examine(
        session(() => {}),
        "a.bin",
        new Uint8Array(1),
      ),
    ).toMatchObject({ accepted: true });
    expect(await problem(refuse("a.bin: 3 bytes, must be 4 or more; fetch it again"))).toBeUndefined();
    const usage = () => Promise.reject(new UsageError("a.bin: is no ratio above 0; give one such as 1/2"));
    expect(await problem(usage)).toBeUndefined();
  });

  it.each<[string, Session["read"], RegExp]>([
    ["another error", () => void JSON.parse("{"), /^threw SyntaxError/],
    ["another error, later", async () => void (await Promise.reject(new RangeError("x"))), /^threw RangeError: x/],
    ["what is no error", () => Promise.reject("x"), /^threw x/],
    ["a second line", refuse("a.bin: two\nlines of text; fetch it again"), /not one plain line/],
    ["an escape sequence", refuse("a.bin: \u009b31m red text; fetch it again"), /not one plain line/],
    ["another file", refuse("b.bin: 3 bytes, must be 4 or more; fetch it again"), /does not name a\.bin/],
    ["no rule", refuse("a.bin: bad; fetch it again"), /rule and the way out/],
    ["no way out", refuse("a.bin: 3 bytes, must be 4 or more"), /rule and the way out/],
    [
      "the file's whole content",
      refuse(`a.bin: holds ${"x".repeat(2000)}; fetch it again`),
      /message of \d+ characters/,
    ],
    ["a name for every object", () => void Object.assign(Object.prototype, { evil: 1 }), /^polluted Object.*"evil"/],
    ["a name for every array", () => void Object.assign(Array.prototype, { evil: 1 }), /^polluted Array.*"evil"/],
    ["much memory", () => void new Uint8Array(16 << 20), /^took -?\d+ bytes of heap and \d+ of buffers/],
    [
      "much time",
      () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1100) && undefined,
      /^took \d+ ms/,
    ],
  ])("finds %s", async (_, read, message) => {
    expect(await problem(read)).toMatch(message);
    expect("evil" in {}).toBe(false);
  });
});

describe("hostile inputs", () => {
  const reader = (read: Session["read"]): Reader => ({
    name: "made up",
    names: "a.bin",
    seeds: fc.uint8Array({ minLength: 20, maxLength: 40 }),
    mutators: byteMutators,
    open: () => session(read),
  });

  it("are the same for the same seed, one by one or in a row", () => {
    for (const one of READERS) {
      const row = new Inputs(one, 5);
      const inputs = Array.from({ length: 40 }, (_, i) => row.at(i));
      expect(new Inputs(one, 5).at(31)).toEqual(inputs[31]);
      expect(new Set(inputs.map(String)).size, one.name).toBeGreaterThan(10);
    }
  });

  it("reach the one byte that breaks a reader, and are made small", async () => {
    const broken = reader((input) => {
      if (input.includes(0x7b) && input.length > 4) throw new TypeError(`byte 0x7b in ${input.length}`);
    });
    const { failed, failures } = await new Fuzzer(broken, 1).run(0, 500);
    expect(failed).toBeGreaterThan(0);
    expect(failures[0]).toMatchObject({ problem: expect.stringMatching(/^threw TypeError: byte 0x7b in/) });
    expect(failures[0]!.input).toHaveLength(5);
  });

  it("are minimized to what makes the same failure, not another", async () => {
    const input = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
    const small = await minimized(input, "bad 7", async (tried) =>
      tried.includes(250) ? (tried.includes(7) ? "bad 8" : "other") : undefined,
    );
    expect([...small].sort()).toEqual([250, 7]);
  });

  it("tell a reader that keeps what it read", async () => {
    const kept: Uint8Array[] = [];
    const hoarder = new Fuzzer(
      reader(() => void kept.push(new Uint8Array(1 << 20))),
      1,
    );
    await hoarder.run(0, 50);
    await hoarder.run(50, 100);
    await expect(hoarder.close()).rejects.toThrow(/made up: \d+ bytes more in use at the end/);
  });

  it("of JSON are often JSON still", () => {
    const text = '{"a": [1, "b", {"c": null}], "d": true}';
    const inputs = new Inputs(
      {
        name: "json",
        names: "",
        seeds: fc.constant(new TextEncoder().encode(text)),
        mutators: jsonMutators,
        open: () => session(() => {}),
      },
      1,
    );
    const texts = Array.from({ length: 500 }, (_, i) => new TextDecoder().decode(inputs.at(i)));
    const valid = texts.filter((one) => {
      try {
        JSON.parse(one);
        return one !== text;
      } catch {
        return false;
      }
    });
    expect(valid.length).toBeGreaterThan(40);
    expect(valid.some((one) => one.includes("__proto__"))).toBe(true);
  });
});
