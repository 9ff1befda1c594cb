import { adapter, ask } from "../client.ts";
import { SourceLink } from "../parts/source_link.tsx";

const IDEAS = [
  { file: "src/autograd/record.ts", text: "Your code runs once and is recorded: ops only note what the GPU must do." },
  { file: "src/autograd/grad.ts", text: "Gradients are more recorded ops, by the rule that stands beside each op." },
  {
    file: "src/autograd/fuse.ts",
    text: "Chains of elementwise ops become one kernel; a product computes what follows it.",
  },
  { file: "src/autograd/memory.ts", text: "Values whose lives do not overlap share a buffer." },
  {
    file: "src/autograd/step.ts",
    text: "From then on a step is a flat list of dispatches, replayed without an allocation.",
  },
  { file: "src/kernels/matmul/tiled.wgsl", text: "The kernels are WGSL files that can be read." },
  { file: "src/kernels/random/philox.wgsl", text: "Random numbers are Philox: the same bits on every adapter." },
  { file: "src/web/worker/training/session.ts", text: "Training runs in a worker, in slices of a tenth of a second." },
];

/** About: what this is, how it works, what happens when something breaks. */
export function AboutView() {
  return (
    <div class="keep">
      <h1>About</h1>
      <section class="panel">
        <p class="lead">
          tailgrad trains conditional GANs that fill up the rare classes of a long-tailed data set, and the classifier
          that learns from the result: <em>Re-Balancing of Long-Tailed Datasets Using CGAN Generation</em> (Mankikar,
          Patel, Zhang). All of it is computed on your own GPU by WebGPU kernels written by hand; nothing is sent
          anywhere.
        </p>
        <h2>A training step is data</h2>
        <ol>
          {IDEAS.map(({ file, text }) => (
            <li key={file}>
              {text} <SourceLink file={file} />
            </li>
          ))}
        </ol>
      </section>
      <section class="panel">
        <h2>When the GPU fails</h2>
        <p>
          Drivers crash, and a shader that never ends takes the device with it. The page opens another device and goes
          on from the last checkpoint, which it keeps in memory. <SourceLink file="src/web/train/store.ts" />
        </p>
        <button type="button" class="secondary" disabled={!adapter.value} onClick={() => ask("deviceLose", undefined)}>
          Lose the device now
        </button>
      </section>
    </div>
  );
}
