import { hrefOf, view } from "../route.ts";
import { adviceFor, support } from "../support.ts";

/** Where there is no WebGPU: why, how to get it, and what can be seen without. */
export function NoWebGpu() {
  const found = support.value;
  if (typeof found === "string") return null;
  return (
    <section class="panel no-webgpu" role="alert">
      <h2>This browser does not offer WebGPU now</h2>
      <p>{adviceFor(navigator.userAgent)}</p>
      <p class="hint">The cause: {found.problem}.</p>
      <p>
        {view.value === "train" ? (
          "Until then, here is a run that was recorded on another machine: press Replay."
        ) : (
          <>
            <a href={hrefOf("train")}>Train</a> replays a run that was recorded on another machine.
          </>
        )}
      </p>
    </section>
  );
}
