import { adapter, lossNotice } from "./client.ts";
import { showBytes } from "./parts/numbers.ts";
import { refusedWords } from "./train/store.ts";

/** The adapter, what happened to it, and what the address said that cannot be meant. */
export function StatusBar() {
  const found = adapter.value;
  return (
    <div class="status">
      {found && (
        <p>
          <span class={found.software ? "badge warn" : "badge"}>{found.software ? "software adapter" : "GPU"}</span>{" "}
          {found.name} {found.bytesAlive > 0 && <span class="muted">{showBytes(found.bytesAlive)}</span>}
        </p>
      )}
      {lossNotice.value !== undefined && (
        <p role="alert" class="notice">
          The GPU device was lost ({lossNotice.value}). It was opened again.{" "}
          <button type="button" class="link" onClick={() => (lossNotice.value = undefined)}>
            Dismiss
          </button>
        </p>
      )}
      <div role="status">
        {refusedWords.value.length > 0 && (
          <p class="notice">
            The address said {refusedWords.value.join(", ")}, which cannot be: the usual value is taken.{" "}
            <button type="button" class="link" onClick={() => (refusedWords.value = [])}>
              Dismiss
            </button>
          </p>
        )}
      </div>
    </div>
  );
}
