import { adapter, lossNotice } from "./client.ts";
import { showBytes } from "./parts/numbers.ts";

/** The adapter, and what happened to it. */
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
    </div>
  );
}
