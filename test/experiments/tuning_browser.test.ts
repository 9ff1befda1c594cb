import { IDBFactory } from "fake-indexeddb";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import "fake-indexeddb/auto";
import { createStore, get, set } from "idb-keyval";
import { compile } from "../../src/autograd/compile.ts";
import { matmul } from "../../src/autograd/ops/matmul.ts";
import { Variable } from "../../src/autograd/tensor.ts";
import type { Tuner } from "../../src/autograd/tuner.ts";
import { browserTuner } from "../../src/experiments/tuning_browser.ts";
import { KERNELS_VERSION } from "../../src/kernels/version.ts";
import { testDevice } from "../support/device.ts";

const x = new Variable(new Float32Array(224 * 224), [224, 224], { name: "x" });
const KEY = "matmul 224x224x224 NN";

afterAll(() => x.destroy());
beforeEach(() => {
  vi.stubGlobal("indexedDB", new IDBFactory());
  return () => vi.unstubAllGlobals();
});

/** Compiles a step that asks for one choice. */
async function ask(tuner: Tuner): Promise<void> {
  (await compile(await testDevice(), () => ({ y: matmul(x, x) }), { tuner })).destroy();
}

async function key(): Promise<string> {
  const { name, driver } = (await testDevice()).adapter;
  return `${name}\n${driver}\n${KERNELS_VERSION}`;
}

const kept = async () => get(await key(), createStore("tailgrad", "tuning"));

describe("browserTuner", () => {
  it("keeps what it measures for the next visit", async () => {
    const device = await testDevice();
    const onTuned = vi.fn();
    await ask(await browserTuner(device, { onTuned }));
    expect(onTuned).toHaveBeenCalledWith(expect.objectContaining({ measured: 1 }));
    await vi.waitFor(async () => expect(Object.keys((await kept()) ?? {})).toEqual([KEY]));
    const again = vi.fn();
    const tuner = await browserTuner(device, { onTuned: again });
    await ask(tuner);
    expect(again.mock.calls.every(([{ measured }]) => measured === 0)).toBe(true);
    expect(tuner.used).toEqual(await kept());
  });

  it.each([
    ["a text", "x"],
    ["numbers", { [KEY]: 1 }],
    ["nothing", null],
  ])("measures again where %s is kept", async (_, value) => {
    await set(await key(), value, createStore("tailgrad", "tuning"));
    const onTuned = vi.fn();
    await ask(await browserTuner(await testDevice(), { onTuned }));
    expect(onTuned).toHaveBeenCalledWith(expect.objectContaining({ measured: 1 }));
  });

  it("says that nothing is kept where the browser has no storage, and measures", async () => {
    vi.stubGlobal("indexedDB", undefined);
    const [onTuned, onLost] = [vi.fn(), vi.fn()];
    await ask(await browserTuner(await testDevice(), { onTuned, onLost }));
    expect(onLost).toHaveBeenCalledOnce();
    expect(onTuned).toHaveBeenCalledWith(expect.objectContaining({ measured: 1 }));
  });
});
