import { afterEach, expect, test, vi } from "vitest";
import { interruptible } from "../../src/cli/interrupt.ts";
import { openTerminal } from "../../src/cli/terminal.ts";
import { CaughtStream } from "./support.ts";

afterEach(() => vi.restoreAllMocks());

function setUp() {
  const stderr = new CaughtStream();
  const exit = vi.spyOn(process, "exit").mockImplementation((() => {}) as never);
  const now = vi.spyOn(performance, "now").mockReturnValue(1000);
  return { stderr, exit, now, terminal: openTerminal({ stdout: new CaughtStream(), stderr }, { quiet: true }) };
}

test.each(["SIGINT", "SIGTERM"] as const)("the first %s only asks to stop, and says so", async (signal) => {
  const { stderr, exit, terminal } = setUp();
  const result = await interruptible(terminal, async (stopped) => {
    expect(stopped()).toBe(false);
    process.emit(signal);
    return stopped();
  });
  expect(result).toBe(true);
  expect(exit).not.toHaveBeenCalled();
  expect(stderr.text).toMatch(/^stopping after this chunk[^\n]*\n$/);
});

test("the same Ctrl-C passed on by npm is one wish; a later one ends with 130", async () => {
  const { exit, now, terminal } = setUp();
  await interruptible(terminal, async () => {
    process.emit("SIGINT");
    now.mockReturnValue(1400);
    process.emit("SIGINT");
    expect(exit).not.toHaveBeenCalled();
    now.mockReturnValue(3000);
    process.emit("SIGINT");
    expect(exit).toHaveBeenCalledWith(130);
  });
});

test("afterwards signals are no longer caught, also when the work fails", async () => {
  const { terminal } = setUp();
  const before = process.listenerCount("SIGINT");
  await expect(interruptible(terminal, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(process.listenerCount("SIGINT")).toBe(before);
});
