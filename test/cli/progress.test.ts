import { expect, test, vi } from "vitest";
import { StreamProgress } from "../../src/cli/progress.ts";
import { CaughtStream } from "./support.ts";

function logged(quiet = false) {
  const stream = new CaughtStream();
  const clock = { ms: 0 };
  return { stream, clock, progress: new StreamProgress(stream, quiet, () => clock.ms) };
}

test("a log gets a line per tenth of the work, with rate, time left and note, and one at the end", () => {
  const { stream, clock, progress } = logged();
  progress.start("cnn none", 100, "steps");
  for (let step = 0; step <= 100; step++) {
    clock.ms = step * 200;
    progress.update(step, `loss ${step}`);
  }
  progress.stop();
  const lines = stream.text.trimEnd().split("\n");
  expect(lines).toHaveLength(10);
  expect(lines[0]).toBe("cnn none: 10%, 10/100 steps, 5.00 steps/s, 18.0 s left, loss 10");
  expect(lines[9]).toBe("cnn none: 100%, 100/100 steps, 5.00 steps/s, loss 100");
});

test("slow work gets a line every ten seconds, fast work never two within two seconds", () => {
  const slow = logged();
  slow.progress.start("slow", 1000, "steps");
  for (let second = 0; second <= 30; second++) {
    slow.clock.ms = second * 1000;
    slow.progress.update(second);
  }
  expect(slow.stream.text.trimEnd().split("\n")).toHaveLength(3);

  const fast = logged();
  fast.progress.start("fast", 10, "files");
  for (let done = 0; done <= 10; done++) fast.progress.update(done);
  expect(fast.stream.text).toBe("");
  fast.progress.stop();
  expect(fast.stream.text).toBe("fast: 100%, 10/10 files\n");
});

test("quiet leaves warnings, errors and the adapter", () => {
  const { stream, clock, progress } = logged(true);
  progress.start("x", 2, "steps");
  clock.ms = 60_000;
  progress.update(2);
  progress.stop();
  progress.message("not this");
  progress.always("adapter: a");
  progress.warn("b");
  progress.error("c");
  expect(stream.text).toBe("adapter: a\nwarning: b\nerror: c\n");
});

test("a size that is not known is counted without a share", () => {
  const { stream, clock, progress } = logged();
  progress.start("file.gz", 0, "MB");
  progress.update(0);
  clock.ms = 10_000;
  progress.update(2.5);
  expect(stream.text).toBe("file.gz: 2.5 MB, 0.250 MB/s\n");
});

test("on a terminal there is one bar line, no wider than it; messages stand above it and it vanishes at the end", () => {
  const stream = new CaughtStream(true, 60);
  vi.stubEnv("TERM", "xterm");
  vi.stubEnv("NO_COLOR", "1");
  const progress = new StreamProgress(stream, false);
  progress.start("gan", 10, "steps");
  progress.update(5, "a note that is much too long for such a narrow terminal as this one is");
  progress.message("a message");
  progress.update(6);
  progress.stop();
  vi.unstubAllEnvs();
  const esc = String.fromCharCode(27);
  const plain = stream.text.replaceAll(new RegExp(`${esc}(\\[[0-9;?]*[A-Za-z]|[78])`, "g"), "\r");
  const shown = plain.split(/[\r\n]/).filter((part) => part !== "");
  expect(Math.max(...shown.map((part) => part.length))).toBeLessThan(60);
  expect(plain).toContain("a message\n");
  expect(plain).toContain("50%");
  expect(shown.at(-1)).toMatch(/^gan: 60%, 6\/10 steps/);
  expect(stream.text, "cursor and wrapping are left alone").not.toMatch(/\?(25|7)[hl]/);
});
