import { signal } from "@preact/signals";

/**
 * Runs one thing at a time for a view: `busy` says in words what, `failure` what went wrong last. What is asked for meanwhile waits; of
 * several that wait, only the last is run.
 */
export function oneAtATime() {
  const busy = signal<string | undefined>(undefined);
  const failure = signal<string | undefined>(undefined);
  let waiting: (() => Promise<void>) | undefined;
  const alone = async (what: string, work: () => Promise<void>): Promise<void> => {
    if (busy.value !== undefined) {
      waiting = () => alone(what, work);
      return;
    }
    busy.value = what;
    failure.value = undefined;
    try {
      await work();
    } catch (error) {
      failure.value = error instanceof Error ? error.message : String(error);
    }
    busy.value = undefined;
    const next = waiting;
    waiting = undefined;
    await next?.();
  };
  return { busy, failure, alone };
}
