import { support } from "../support.ts";

/** The parts of a view, one of them shown; and what went wrong in it last, unless the page says above that nothing works here. */
export function Tabs<Name extends string>({
  label,
  names,
  shown,
  show,
  failure,
}: {
  readonly label: string;
  readonly names: Readonly<Record<Name, string>>;
  readonly shown: Name;
  readonly show: (name: Name) => void;
  readonly failure: string | undefined;
}) {
  return (
    <>
      <nav class="tabs" aria-label={label}>
        {(Object.keys(names) as Name[]).map((name) => (
          <button
            key={name}
            type="button"
            class={name === shown ? "" : "outline"}
            aria-current={name === shown ? "true" : undefined}
            onClick={() => show(name)}
          >
            {names[name]}
          </button>
        ))}
      </nav>
      {failure && typeof support.value === "string" && (
        <p role="alert" class="problem">
          {failure}
        </p>
      )}
    </>
  );
}
