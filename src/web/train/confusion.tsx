import type { Evaluation } from "../../experiments/evaluation.ts";

/** Counts of true class by predicted class; the darker, the larger a share of the true class. */
export function Confusion({
  evaluation,
  names,
}: {
  readonly evaluation: Evaluation | undefined;
  readonly names: readonly string[];
}) {
  const rows = evaluation?.confusion ?? names.map(() => names.map(() => 0));
  return (
    <figure class="confusion">
      <figcaption>
        <strong>Confusion</strong> row: true class, column: what the classifier says
      </figcaption>
      <div class="table-scroll">
        <table>
          <thead>
            <tr>
              <td />
              {names.map((name, c) => (
                <th key={name} scope="col" title={name}>
                  {c}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, c) => {
              const total = row.reduce((sum, count) => sum + count, 0);
              return (
                <tr key={names[c]}>
                  <th scope="row">
                    <span class="muted">{c}</span> {names[c] !== String(c) && <span class="name">{names[c]}</span>}
                  </th>
                  {row.map((count, predicted) => (
                    <td
                      key={predicted}
                      class={`shade-${total === 0 ? 0 : Math.ceil((9 * count) / total)}${predicted === c ? " right" : ""}`}
                    >
                      {count > 0 ? count : ""}
                    </td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </figure>
  );
}
