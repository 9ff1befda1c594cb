import { expect, test, vi } from "vitest";
import { reportFailure } from "../../src/cli/failure.ts";
import { openTerminal } from "../../src/cli/terminal.ts";
import { AdapterError, DataError, GpuError, InterruptedError, NumericsError, UsageError } from "../../src/errors.ts";
import { CaughtStream } from "./support.ts";

function report(error: unknown) {
  const stderr = new CaughtStream();
  return { code: reportFailure(error, openTerminal({ stdout: new CaughtStream(), stderr })), text: stderr.text };
}

test.each([
  [new UsageError("a"), 2],
  [new DataError("a"), 2],
  [new AdapterError("a"), 3],
  [new GpuError("a"), 3],
  [new NumericsError("a"), 4],
])("%o is one line and its exit code", (error, code) => {
  expect(report(error)).toEqual({ code, text: "error: a\n" });
});

test("a wrong call names the help of its command, unless it names a command itself", () => {
  const told = (error: Error) => {
    const stderr = new CaughtStream();
    reportFailure(error, openTerminal({ stdout: new CaughtStream(), stderr }), "train cnn");
    return stderr.text;
  };
  expect(told(new UsageError("a; give b"))).toBe("error: a; give b; see `npx tailgrad train cnn --help`\n");
  expect(told(new UsageError("a; run `npx tailgrad doctor`"))).toBe("error: a; run `npx tailgrad doctor`\n");
  expect(told(new DataError("a; restore it"))).toBe("error: a; restore it\n");
});

test("a stop on request is not called an error", () => {
  expect(report(new InterruptedError("runs/a: stopped"))).toEqual({ code: 75, text: "runs/a: stopped\n" });
});

test("a bug is 1, one line that asks for a report, without a stack", () => {
  const { code, text } = report(new TypeError("x is not\na function"));
  expect(code).toBe(1);
  expect(text).toMatch(
    /^error: unexpected: TypeError: x is not a function; please report this .*TAILGRAD_DEBUG=1.*\n$/,
  );
  expect(text.trimEnd()).not.toContain("\n");
});

test("TAILGRAD_DEBUG=1 adds the stack", () => {
  vi.stubEnv("TAILGRAD_DEBUG", "1");
  const { text } = report(new TypeError("x"));
  vi.unstubAllEnvs();
  expect(text).toContain("failure.test.ts");
});
