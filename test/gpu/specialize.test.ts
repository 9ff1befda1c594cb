import { describe, expect, it } from "vitest";
import { specialize } from "../../src/gpu/specialize.ts";

const source = (code: string) => ({ file: "test.wgsl", code });

describe("specialize", () => {
  it("replaces constants and keeps their suffix", () => {
    const { code } = specialize(source("const A = 16u;\nconst B = true;\nalias T = f32;\n"), {
      A: 8,
      B: false,
      T: "vec4<f32>",
    });
    expect(code).toBe("const A = 8u;\nconst B = false;\nalias T = vec4<f32>;\n");
  });

  it("refuses a constant or a part that the file does not have", () => {
    expect(() => specialize(source("const A = 1u;\n"), { B: 2 })).toThrow("test.wgsl has no constant B");
    expect(() => specialize(source("const A = 1u;\n"), {}, { body: [] })).toThrow("test.wgsl has no part body");
  });

  it("sends calls to another function", () => {
    const code = "let spread = load(x) + reload(load);\n";
    expect(specialize(source(code), { "load()": "fetch" }).code).toBe("let spread = fetch(x) + reload(load);\n");
  });

  it("replaces parts", () => {
    const code = "a\n// @begin body\nold\n// @end body\nb\n";
    expect(specialize(source(code), {}, { body: ["new 1", "new 2"] }).code).toBe("a\nnew 1\nnew 2\nb\n");
  });

  it("unrolls nested loops with bounds in terms of constants and splits arrays", () => {
    const code = [
      "const N = 2u;",
      "fn main() {",
      "  // @registers",
      "  var x: array<f32, N * 2u>;",
      "  // @registers",
      "  var y: array<vec4<f32>, N>;",
      "  // @unroll",
      "  for (var i = 0u; i < N; i++) {",
      "    // @unroll",
      "    for (var j = 0u; j < 2u; j++) {",
      "      x[i * 2u + j] = f32(j);",
      "    }",
      "  }",
      "}",
    ].join("\n");
    const flat = specialize(source(code), { N: 2 }).code.replace(/\s+/g, " ");
    expect(flat).toContain("var x_0: f32; var x_1: f32; var x_2: f32; var x_3: f32;");
    expect(flat).toContain("var y_0: vec4<f32>; var y_1: vec4<f32>;");
    for (const [place, j] of [
      [0, 0],
      [1, 1],
      [2, 0],
      [3, 1],
    ])
      expect(flat).toContain(`x_${place} = f32(${j}u);`);
    expect(flat).not.toContain("for (");
  });

  it("refuses bounds and indices that are not constant", () => {
    const loop = "// @unroll\nfor (var i = 0u; i < params.n; i++) {\n}\n";
    expect(() => specialize(source(loop), {})).toThrow("cannot unroll");
    const array = "// @registers\nvar x: array<f32, 2u>;\nx[lane] = 1.0;\n";
    expect(() => specialize(source(array), {})).toThrow("index of a register array is not constant: x[lane]");
  });
});
