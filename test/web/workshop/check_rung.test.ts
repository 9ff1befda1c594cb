import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Device } from "../../../src/gpu/device.ts";
import { openNodeDevice } from "../../../src/gpu/node_dawn.ts";
import { checkRung } from "../../../src/web/workshop/check_rung.ts";
import { textOf } from "../../../src/web/workshop/ladder_texts.ts";
import { LADDERS, type LadderName, type Rung, rungOf } from "../../../src/web/workshop/ladders.ts";
import { lackingFor } from "../../../src/web/workshop/rung_support.ts";
import { timeEdited, timeRung } from "../../../src/web/workshop/speed.ts";

let device: Device;
beforeAll(async () => {
  device = await openNodeDevice({ guarded: true });
});
afterAll(() => device.destroy());

const RUNGS = (Object.keys(LADDERS) as LadderName[]).flatMap((ladder) =>
  LADDERS[ladder].rungs.map((rung): [string, LadderName, Rung] => [`${ladder} ${rung.variant}`, ladder, rung]),
);

/** A rung's text with a change, checked. */
async function changed(ladder: LadderName, variant: string, instead: string, written: string) {
  const rung = rungOf(ladder, variant)!;
  const text = textOf(rung);
  expect(text).toContain(instead);
  return checkRung(device, ladder, rung, text.replace(instead, written));
}

describe.each(RUNGS)("%s", (_, ladder, rung) => {
  it("is right as it stands", async () => {
    if (lackingFor(ladder, rung.variant, device.capabilities)) return;
    const right = { kind: "checked", right: true };
    expect(await checkRung(device, ladder, rung, textOf(rung))).toMatchObject({ oracle: right, gradient: right });
  });
});

describe("a changed text", () => {
  it("is wrong where a sum misses a term", async () => {
    const { oracle } = await changed("matmul", "naive", "var k = 0u;", "var k = 1u;");
    expect(oracle).toMatchObject({ kind: "checked", right: false });
  });

  it("is wrong where a group takes another's images", async () => {
    const weights = await changed("conv2d-weights", "naive", "let g = channel / params.out_channels;", "let g = 0u;");
    expect(weights.oracle).toMatchObject({
      kind: "checked",
      cases: [{ right: true }, { right: true }, { right: false }],
    });
  });

  it("may be right forward and wrong as a gradient", async () => {
    const verdict = await changed("matmul", "naive", "row * params.a_row", "row * params.k");
    expect(verdict).toMatchObject({ oracle: { right: true }, gradient: { kind: "checked", right: false } });
    const conv = await changed("conv2d", "naive", "% params.divisor.x != 0u", "% params.divisor.x > 9u");
    expect(conv).toMatchObject({ oracle: { right: true }, gradient: { kind: "checked", right: false } });
  });

  it("has its compile errors at the lines that were written, in loops that are written out too", async () => {
    const instead = "own[s * LOADS + i] = load_a(a_base, rows[i], k + s, k_end);";
    const variant = lackingFor("matmul", "subgroup 16", device.capabilities) ? "naive" : "subgroup 16";
    const at = variant === "naive" ? "var total = 0.0;" : instead;
    const text = textOf(rungOf("matmul", variant)!);
    const line = text.slice(0, text.indexOf(at)).split("\n").length;
    const { oracle } = await changed("matmul", variant, at, `${at} nothing();`);
    expect(oracle).toMatchObject({ kind: "compile" });
    expect(oracle.kind === "compile" && oracle.complaints[0]).toMatchObject({ line, message: /nothing/ });
  });

  it("is told about a loop that does not end", async () => {
    const text = textOf(rungOf("matmul", "naive")!);
    const line = text.split("\n").findIndex((one) => one.includes("for (var k")) + 1;
    const { oracle } = await changed("matmul", "naive", "k < params.k; k++", "k < params.k; ");
    expect(oracle).toEqual({
      kind: "endless",
      complaints: [{ line, message: expect.stringContaining("does not end") }],
    });
  });

  it("is told what the launcher misses in it", async () => {
    const { oracle } = await changed("matmul", "naive", "const WORKGROUP = 64u;", "");
    expect(oracle).toMatchObject({ kind: "compile", complaints: [{ message: /no constant WORKGROUP/ }] });
  });
});

it("times a rung, and another text beside it", async () => {
  const rung = rungOf("matmul", "naive")!;
  expect(await timeRung(device, "matmul", rung)).toBeGreaterThan(0);
  const [original, edited] = await timeEdited(device, "matmul", rung, `${textOf(rung)}\n// changed`);
  expect(original).toBeGreaterThan(0);
  expect(edited).toBeGreaterThan(0);
});

it("does not hang on a loop that ends at the checks' sizes only", async () => {
  const rung = rungOf("matmul", "naive")!;
  const text = textOf(rung).replace("k < params.k; k++", "k < params.k; k += select(1u, 0u, params.m == 256u)");
  expect(await checkRung(device, "matmul", rung, text)).toMatchObject({ oracle: { right: true } });
  await expect(timeEdited(device, "matmul", rung, text)).rejects.toMatchObject({ kind: "endless" });
});
