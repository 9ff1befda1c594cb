import { MOST_ROUNDS } from "./loop_guard.ts";
import type { Complaint, Verdict } from "./verdict.ts";

/** What the checks say, in words: never by colour alone. */
export function VerdictView({ title, verdict }: { readonly title: string; readonly verdict: Verdict }) {
  if (verdict.kind !== "checked") {
    return (
      <section class="verdict wrong">
        <h3>{verdict.kind === "compile" ? "✗ It does not compile" : "✗ A loop does not end"}</h3>
        <ul class="verdict-lines">
          {verdict.complaints.map(({ line, message }) => (
            <li key={`${line} ${message}`}>
              {line !== undefined && <b>line {line}: </b>}
              {message}
            </li>
          ))}
        </ul>
        {verdict.kind === "endless" && (
          <p>It was broken off after {MOST_ROUNDS.toLocaleString("en")} rounds, so that nothing hangs.</p>
        )}
      </section>
    );
  }
  return (
    <section class={verdict.right ? "verdict right" : "verdict wrong"}>
      <h3>
        {verdict.right ? "✓" : "✗"} {title}: {verdict.right ? "right" : "wrong"}
      </h3>
      <ul class="verdict-lines">
        {verdict.cases.map(({ name, right, message }) => (
          <li key={name}>
            <span aria-hidden="true">{right ? "✓" : "✗"}</span> <b>{name}</b>: {message}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The lines that an editor marks. */
export function marksOf(verdict: Verdict | undefined): { line: number; message: string }[] {
  if (!verdict || verdict.kind === "checked") return [];
  return verdict.complaints.filter((one): one is Complaint & { line: number } => one.line !== undefined);
}
