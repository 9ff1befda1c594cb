import { signal } from "@preact/signals";

/** Runs one thing at a time for a view: `busy` says in words what, `failure` what went wrong last. */
export function oneAtATime() {
  const busy = signal<string | undefined>(undefined);
  const failure = signal<string | undefined>(undefined);
  const alone = async (what: string, work: () => Promise<void>): Promise<void> => {
    if (busy.value !== undefined) return;
    busy.value = what;
    failure.value = undefined;
    try {
      await work();
    } catch (error) {
      failure.value = error instanceof Error ? error.message : String(error);
    } finally {
      busy.value = undefined;
    }
  };
  return { busy, failure, alone };
}
