import { setTimeout as setTimer } from "node:timers";

/**
 * While anything is awaited, Dawn in Node asks for news at every turn of the event loop: a thread that never rests. Where the driver
 * runs on the CPU, that thread takes a core from the kernels. Here Dawn asks eagerly for a moment, then every millisecond.
 */
const EAGER_MS = 1;
const PAUSE_MS = 1;

let users = 0;

/** Has Dawn ask for news seldom until the function that it returns is called. Nobody else's `setImmediate` changes. */
export function pollSeldom(): () => void {
  if (users++ === 0) replaceSetImmediate();
  let released = false;
  return () => {
    if (released) return;
    released = true;
    if (--users === 0) restoreSetImmediate();
  };
}

let restoreSetImmediate = (): void => {};

/** Dawn looks `setImmediate` up in the global object each time, so that a function put there gets its calls. */
function replaceSetImmediate(): void {
  const original = globalThis.setImmediate;
  /** When the running wait began: a poll that calls for the next one goes on with it. */
  let begin = 0;
  let polling = false;
  const replacement = (callback: (...args: unknown[]) => void, ...args: unknown[]) => {
    if (!isAddOns(callback)) return original(callback, ...args);
    if (!polling) begin = performance.now();
    const poll = () => {
      polling = true;
      try {
        callback();
      } finally {
        polling = false;
      }
    };
    return performance.now() - begin < EAGER_MS ? original(poll) : setTimer(poll, PAUSE_MS);
  };
  globalThis.setImmediate = Object.defineProperties(
    replacement,
    Object.getOwnPropertyDescriptors(original),
  ) as typeof setImmediate;
  restoreSetImmediate = () => {
    if (globalThis.setImmediate === (replacement as unknown)) globalThis.setImmediate = original;
  };
}

/** Whether a function was made by a native add-on without a name, as Dawn's poll is: JavaScript's own native functions have no prototype. */
function isAddOns(callback: unknown): boolean {
  return (
    typeof callback === "function" &&
    callback.name === "" &&
    Object.hasOwn(callback, "prototype") &&
    Function.prototype.toString.call(callback).endsWith("{ [native code] }")
  );
}
