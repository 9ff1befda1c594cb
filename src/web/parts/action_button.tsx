import type { ComponentChildren } from "preact";

/**
 * A button that can be out of use for a while. It keeps the keyboard's focus then, which a disabled one gives up: who pressed it by key
 * can press it again.
 */
export function ActionButton({
  look,
  unavailable,
  onClick,
  children,
}: {
  readonly look?: "secondary" | "outline";
  readonly unavailable: boolean;
  readonly onClick: () => void;
  readonly children: ComponentChildren;
}) {
  return (
    <button type="button" class={look} aria-disabled={unavailable} onClick={() => !unavailable && onClick()}>
      {children}
    </button>
  );
}
