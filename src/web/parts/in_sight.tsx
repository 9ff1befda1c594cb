import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** Pixels of it that must be seen. */
const LEAST = 120;

/** What a choice shows. It comes into sight when another choice is made and the window does not show it, as on a phone. */
export function InSight({ choice, children }: { readonly choice: unknown; readonly children: ComponentChildren }) {
  const place = useRef<HTMLDivElement>(null);
  const before = useRef(choice);
  useEffect(() => {
    if (before.current === choice) return;
    before.current = choice;
    const { top, bottom } = place.current!.getBoundingClientRect();
    if (top < innerHeight - LEAST && bottom > LEAST) return;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    place.current!.scrollIntoView({ behavior: still ? "instant" : "smooth", block: "start" });
  }, [choice]);
  return (
    <div ref={place} class="in-sight">
      {children}
    </div>
  );
}
