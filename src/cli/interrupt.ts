import type { Terminal } from "./terminal.ts";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;
/** npm passes on the Ctrl-C that the terminal already sent to us: two signals, one wish. */
const ONE_WISH_MS = 500;

/**
 * Runs long work that can stop at a good place. The first Ctrl-C (or SIGTERM) makes `stopped` true; a second one ends the
 * process at once with exit code 130.
 */
export async function interruptible<T>(terminal: Terminal, work: (stopped: () => boolean) => Promise<T>): Promise<T> {
  let firstMs: number | undefined;
  const onSignal = () => {
    const now = performance.now();
    if (firstMs === undefined) {
      firstMs = now;
      terminal.progress.always(
        "stopping after this chunk and writing a checkpoint; Ctrl-C again ends at once, without one",
      );
    } else if (now - firstMs > ONE_WISH_MS) {
      process.exit(130);
    }
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    return await work(() => firstMs !== undefined);
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}
