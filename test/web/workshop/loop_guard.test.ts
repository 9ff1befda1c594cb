import { describe, expect, it } from "vitest";
import { launcherLines, taggedLine, tagLines } from "../../../src/web/workshop/line_tags.ts";
import { guardLoops, withoutComments } from "../../../src/web/workshop/loop_guard.ts";

const TEXT = [
  "// for (;;) { in a comment",
  "fn helper() -> f32 {",
  "  while true { /* loop { */ }",
  "  return 1.0;",
  "}",
  "@compute @workgroup_size(64)",
  "fn main(@builtin(global_invocation_id) id: vec3<u32>) {",
  "  for (var i = 0u; i < (1u + 2u); i++) {",
  "    loop { break; }",
  "  }",
  "}",
].join("\n");

describe("loop guard", () => {
  const { code, loopLines } = guardLoops(TEXT, 3);
  const lines = code.split("\n");

  it("finds every loop, and none in comments", () => {
    expect(loopLines).toEqual([3, 8, 9]);
    expect(lines[0]).toBe("// for (;;) { in a comment");
  });

  it("counts the entry point's loops in its own variables, others in ones that outlive a call", () => {
    expect(lines[6]).toContain("{ var rounds_2_: u32 = 0u; var rounds_3_: u32 = 0u;");
    expect(lines[2]).toContain("rounds_1_++;");
    expect(code).toContain("var<private> rounds_1_: u32 = 0u;");
    expect(code).toContain("@binding(3) var<storage, read_write> endless_: u32;");
  });

  it("moves no line", () => {
    expect(lines.slice(0, 11).map((line) => line.slice(0, 6))).toEqual(
      TEXT.split("\n").map((line) => line.slice(0, 6)),
    );
  });
});

it("comments become blanks, nested ones too", () => {
  expect(withoutComments("a /* b /* c */ d */ e // f\ng")).toBe("a                   e     \ng");
});

it("a line's number goes along, but for those that tell the launcher something", () => {
  const tagged = tagLines("a;\n// @unroll\nb;");
  expect(tagged.split("\n")[1]).toBe("// @unroll");
  expect(taggedLine(tagged, 3)).toBe(3);
  expect(taggedLine(tagged, 2)).toBeUndefined();
});

it("the launcher's lines are those between its marks", () => {
  expect([...launcherLines("a\n// @begin x\nb\n// @end x\nc")]).toEqual([2, 3, 4]);
});
