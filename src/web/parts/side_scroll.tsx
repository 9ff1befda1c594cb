import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

/** A table that can be wider than its place, as on a phone: it scrolls sideways then, by keys too, and says so. */
export function SideScroll({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  const frame = useRef<HTMLDivElement>(null);
  const [cut, setCut] = useState(false);
  useLayoutEffect(() => {
    const { current: shown } = frame;
    const watch = new ResizeObserver(() => setCut(shown!.scrollWidth > shown!.clientWidth));
    watch.observe(shown!);
    watch.observe(shown!.firstElementChild!);
    return () => watch.disconnect();
  }, []);
  return (
    <div class="side-scroll">
      {cut && <p class="hint">Wider than its frame: scroll it sideways.</p>}
      <div ref={frame} class="side-scroll-frame" {...(cut ? { role: "region", "aria-label": label, tabIndex: 0 } : {})}>
        {children}
      </div>
    </div>
  );
}
