import { evaluate, type HostTensor } from "../../autograd/evaluate.ts";
import type { HostArray } from "../../autograd/host_array.ts";
import { record } from "../../autograd/record.ts";
import type { Tensor } from "../../autograd/tensor.ts";
import { GpuError, ShaderError } from "../../errors.ts";
import type { Device } from "../../gpu/device.ts";
import type { Capabilities, DType, Launch, ShaderSource, View } from "../../gpu/launch.ts";
import { specialize } from "../../gpu/specialize.ts";
import { taggedLine, tagLines } from "./line_tags.ts";
import { guardLoops } from "./loop_guard.ts";
import type { Complaint } from "./verdict.ts";

/** A text that cannot be tried, and why: what the compiler says, or a loop that does not end. */
export class TrialError extends Error {
  constructor(
    readonly kind: "compile" | "endless" | "bounds",
    readonly complaints: readonly Complaint[],
  ) {
    super(complaints.map(({ message }) => message).join("; "));
  }
}

/** How the launches of a trial are made from its inputs and outputs. */
export type Lower = (inputs: readonly View[], output: View, capabilities: Capabilities) => readonly Launch[];

/** What a kernel is tried on. */
export interface Trial {
  readonly inputs: readonly HostTensor[];
  readonly shape: readonly number[];
  readonly dtype?: DType;
  readonly lower: Lower;
  /** The file whose text is `text`; the other launches stay as they are. */
  readonly file: string;
}

/**
 * Runs a trial once with a file's text replaced, by the library's own recording, planning and launching. No loop runs for ever. On a
 * guarded device a kernel that writes behind its result is found out. Throws TrialError.
 */
export async function runTrial(device: Device, trial: Trial, text: string): Promise<HostArray> {
  let loopLines: readonly (number | undefined)[] = [];
  let compiled = "";
  const lower = (inputs: readonly Tensor[], outputs: readonly Tensor[], capabilities: Capabilities) =>
    trial.lower(inputs, outputs[0]!, capabilities).map((launch): Launch => {
      if (launch.shader.file !== trial.file) return launch;
      const shader = withText(launch.shader, text);
      const binding = launch.bindings.length + (launch.params ? 1 : 0);
      const guarded = guardLoops(shader.code, binding);
      compiled = guarded.code;
      loopLines = guarded.loopLines.map((line) => taggedLine(shader.code, line));
      return {
        ...launch,
        shader: { ...shader, code: guarded.code },
        bindings: [...launch.bindings, { view: outputs[1]!, access: "update" }],
      };
    });
  const { inputs, shape, dtype = "f32" } = trial;
  try {
    const [result, endless] = await evaluate(
      device,
      (...tensors) =>
        record({
          op: "trial",
          inputs: tensors,
          outputs: [
            { shape, dtype },
            { shape: [1], dtype: "u32" },
          ],
          lower: (outputs, capabilities) => lower(tensors, outputs, capabilities),
        }),
      inputs,
    );
    // Unless a loop wrote its number there, the word is 0 or a guarded device's filling.
    const line = loopLines[endless!.data[0]! - 1];
    if (line !== undefined) throw new TrialError("endless", [{ line, message: "This loop does not end." }]);
    return result!.data;
  } catch (error) {
    throw explained(error, compiled);
  }
}

/** The launches of a trial with a file's text replaced, as they are for measuring: nothing is added. */
export function launchesWith(launches: readonly Launch[], file: string, text: string): Launch[] {
  return launches.map((launch) =>
    launch.shader.file === file ? { ...launch, shader: withText(launch.shader, text) } : launch,
  );
}

/** The shader that a launcher would have made from another text of its file. Throws TrialError where it cannot. */
function withText({ file, specialized }: ShaderSource, text: string): ShaderSource {
  const tagged = { file, code: tagLines(text) };
  if (!specialized) return tagged;
  try {
    return specialize(tagged, specialized.constants, specialized.parts);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new TrialError("compile", [{ line: undefined, message }]);
  }
}

/** What went wrong, at the lines that a person wrote. */
function explained(error: unknown, compiled: string): unknown {
  if (error instanceof ShaderError) {
    const complaints = error.messages.map(({ line, message }) => ({ line: taggedLine(compiled, line), message }));
    return new TrialError("compile", complaints);
  }
  if (error instanceof GpuError && error.message.startsWith("guard words changed")) {
    return new TrialError("bounds", [{ line: undefined, message: "It writes behind the end of its result." }]);
  }
  // A kernel that the driver refuses without naming a line, such as one with too much workgroup memory.
  if (error instanceof GpuError && error.message.includes("the driver refuses")) {
    return new TrialError("compile", [{ line: undefined, message: error.message }]);
  }
  return error;
}
