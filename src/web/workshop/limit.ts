import { type AskName, ask, type EventOf, type RequestOf, type ResultOf, restartWorker } from "../client.ts";

/** How long a kernel may take before the worker, and its device with it, is replaced. */
export const LIMIT_MS = 20_000;

/**
 * Asks the worker for something that runs an edited kernel. A kernel that takes longer than the limit, from when the GPU is its own, is
 * ended by replacing the worker: the question then fails with WorkerRestartedError.
 */
export async function askWithin<N extends AskName>(
  name: N,
  request: RequestOf<N>,
  limitMs: number = LIMIT_MS,
): Promise<ResultOf<N>> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const onEvent = (_: EventOf<N>) => {
    timer ??= setTimeout(
      () => restartWorker(`a kernel took longer than ${limitMs / 1000} s and was given up`),
      limitMs,
    );
  };
  try {
    return await ask(name, request, { onEvent });
  } finally {
    clearTimeout(timer);
  }
}
