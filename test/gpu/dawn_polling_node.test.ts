import { promisify } from "node:util";
import { afterEach, describe, expect, it, vi } from "vitest";
import { pollSeldom } from "../../src/gpu/dawn_polling_node.ts";
import { openNodeDevice } from "../../src/gpu/node_dawn.ts";

const native = globalThis.setImmediate;

afterEach(() => {
  vi.restoreAllMocks();
  globalThis.setImmediate = native;
});

/** Puts a counter of the calls that reach the real `setImmediate` in its place. */
function countCalls(): { calls: number } {
  const count = { calls: 0 };
  const counting = (callback: () => void) => {
    count.calls++;
    return native(callback);
  };
  globalThis.setImmediate = counting as unknown as typeof setImmediate;
  return count;
}

/** Has `performance.now()` tell this much more at each call. */
function letTimePass(milliseconds: number): void {
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => {
    now += milliseconds;
    return now;
  });
}

describe("Dawn's polling in Node", () => {
  it("goes by timers once a wait is longer than a moment, on drivers that run on the CPU", async ({ skip }) => {
    const count = countCalls();
    const device = await openNodeDevice();
    try {
      if (!device.adapter.software) skip("the adapter is a GPU");
      const callsOfWaits = async () => {
        count.calls = 0;
        for (let i = 0; i < 5; i++) await device.settle();
        return count.calls;
      };
      letTimePass(0);
      expect(await callsOfWaits()).toBeGreaterThan(0);
      letTimePass(10);
      expect(await callsOfWaits()).toBe(0);
    } finally {
      device.destroy();
    }
  });

  it("leaves everybody else's setImmediate as it is", async () => {
    letTimePass(10);
    const release = pollSeldom();
    try {
      expect(globalThis.setImmediate).not.toBe(native);
      const order: string[] = [];
      await new Promise<void>((done) => {
        clearImmediate(setImmediate(() => order.push("cleared")));
        setImmediate(() => order.push("immediate"));
        setImmediate(function named(word: string) {
          order.push(word);
          done();
        }, "argument");
      });
      expect(order).toEqual(["immediate", "argument"]);
      const bound = vi.fn();
      setImmediate(bound.bind(undefined));
      await expect(promisify(setImmediate)("value")).resolves.toBe("value");
      expect(bound).toHaveBeenCalledOnce();
    } finally {
      release();
    }
  });

  it("puts setImmediate back when the last device is gone, unless somebody replaced it since", () => {
    const [first, second] = [pollSeldom(), pollSeldom()];
    first();
    first();
    expect(globalThis.setImmediate).not.toBe(native);
    second();
    expect(globalThis.setImmediate).toBe(native);
    const third = pollSeldom();
    const another = ((callback: () => void) => native(callback)) as typeof setImmediate;
    globalThis.setImmediate = another;
    third();
    expect(globalThis.setImmediate).toBe(another);
  });
});
