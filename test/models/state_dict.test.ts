import { describe, expect, it } from "vitest";
import { readSafetensors, writeSafetensors } from "../../src/data/safetensors.ts";
import { sha256Hex } from "../../src/experiments/files_node.ts";
import { Rng } from "../../src/kernels/random/philox.ts";
import { Cnn } from "../../src/models/cnn.ts";
import { Discriminator } from "../../src/models/discriminator.ts";
import { readState, withoutPrefix, writeState } from "../../src/models/state_dict.ts";

const fileOf = async (seed: number) =>
  readSafetensors(writeSafetensors(await readState(new Cnn(new Rng(seed, 1)).state())), "cnn.safetensors").tensors;

describe("state dict", () => {
  it("goes through a file and back, bit for bit", async () => {
    const stored = await fileOf(1);
    expect(stored.get("layers.2.num_batches_tracked")).toMatchObject({ dtype: "I64", shape: [] });
    const other = new Cnn(new Rng(2, 1));
    writeState(other.state(), stored, "cnn.safetensors");
    expect(sha256Hex(writeSafetensors(await readState(other.state())))).toBe(sha256Hex(writeSafetensors(stored)));
  });

  it("keeps 64-bit counters", async () => {
    const stored = await fileOf(1);
    const model = new Cnn(new Rng(2, 1));
    const count = { dtype: "I64" as const, shape: [], data: BigInt64Array.of(2n ** 40n + 3n) };
    writeState(model.state(), new Map([...stored, ["layers.2.num_batches_tracked", count]]), "x");
    expect((await readState(model.state())).get("layers.2.num_batches_tracked")!.data).toEqual(count.data);
  });

  it("refuses another model's weights and changes nothing", async () => {
    const model = new Discriminator(new Rng(1, 1));
    const before = sha256Hex(writeSafetensors(await readState(model.state())));
    const stored = await fileOf(1);
    expect(() => writeState(model.state(), stored, "cnn.safetensors")).toThrow(
      "cnn.safetensors: these are weights of another model: missing [label_embedding.weight [10, 10], hidden_layer1.0.weight [1024, 794], ",
    );
    expect(sha256Hex(writeSafetensors(await readState(model.state())))).toBe(before);
    // A counter is told as files hold it.
    stored.delete("layers.2.num_batches_tracked");
    const cnn = new Cnn(new Rng(1, 1));
    expect(() => writeState(cnn.state(), stored, "f")).toThrow("missing [layers.2.num_batches_tracked []], unknown []");
  });

  it("refuses a tensor of another shape or type", async () => {
    const stored = await fileOf(1);
    const wrong = { dtype: "F32" as const, shape: [32], data: new Float32Array(32) };
    const model = new Cnn(new Rng(2, 1));
    expect(() => writeState(model.state(), new Map([...stored, ["layers.0.weight", wrong]]), "f")).toThrow(
      "f: layers.0.weight is F32 [32], but this model needs f32[32, 1, 3, 3]",
    );
    const ints = { dtype: "I32" as const, shape: [32], data: new Int32Array(32) };
    expect(() => writeState(model.state(), new Map([...stored, ["layers.0.bias", ints]]), "f")).toThrow("is I32 [32]");
  });

  it("allows tensors of others where asked, and strips prefixes", async () => {
    const stored = await fileOf(1);
    const wrong = { dtype: "F32" as const, shape: [1], data: Float32Array.of(1) };
    const extra = new Map([...stored, ["x.y", { dtype: "F32" as const, shape: [1], data: Float32Array.of(1) }]]);
    const model = new Cnn(new Rng(2, 1));
    expect(() => writeState(model.state(), extra, "f")).toThrow("missing [], unknown [x.y [1]]");
    const hostile = new Map([...stored, ...[..."\u001b\n".repeat(500)].map((c, i) => [`${c}${i}`, wrong] as const)]);
    expect(() => writeState(model.state(), hostile, "f")).toThrow(/^[^\p{Cc}]{1,400}$/u);
    writeState(model.state(), extra, "f", { others: true });
    expect([...withoutPrefix(extra, "x.").keys()]).toEqual(["y"]);
  });
});
