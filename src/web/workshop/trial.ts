import { evaluate, type HostTensor } from "../../autograd/evaluate.ts";
import type { HostArray } from "../../autograd/host_array.ts";
import { record } from "../../autograd/record.ts";
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
  /** The file whose text is replaced; the other launches stay as they are. */
  readonly file: string;
}

/** A text that stands in for a kernel file's own: none of its loops runs for ever, and its errors are told at its own lines. */
export class EditedText {
  #compiled = "";
  #loopLines: readonly (number | undefined)[] = [];

  constructor(
    readonly file: string,
    readonly text: string,
  ) {}

  /** The launches with the text in its place; a loop that was broken off writes its number into `endless`, u32 [1]. */
  launches(launches: readonly Launch[], endless: View): Launch[] {
    return launches.map((launch): Launch => {
      if (launch.shader.file !== this.file) return launch;
      const shader = this.#shader(launch.shader);
      const guarded = guardLoops(shader.code, launch.bindings.length + (launch.params ? 1 : 0));
      this.#compiled = guarded.code;
      this.#loopLines = guarded.loopLines.map((line) => taggedLine(shader.code, line));
      return {
        ...launch,
        shader: { ...shader, code: guarded.code },
        bindings: [...launch.bindings, { view: endless, access: "update" }],
      };
    });
  }

  /** The shader that a launcher would have made from this text. Throws TrialError where it cannot. */
  #shader({ specialized }: ShaderSource): ShaderSource {
    const tagged = { file: this.file, code: tagLines(this.text) };
    if (!specialized) return tagged;
    try {
      return specialize(tagged, specialized.constants, specialized.parts);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new TrialError("compile", [{ line: undefined, message }]);
    }
  }

  /** Throws TrialError where `word`, read from `endless`, is a loop's number; else it is 0 or a guarded device's filling. */
  checkEnded(word: number): void {
    const line = this.#loopLines[word - 1];
    if (line !== undefined) throw new TrialError("endless", [{ line, message: "This loop does not end." }]);
  }

  /** What went wrong, at the lines that a person wrote; other errors as they are. */
  explained(error: unknown): unknown {
    if (error instanceof ShaderError) {
      const { messages } = error;
      const complaints = messages.map(({ line, message }) => ({ line: taggedLine(this.#compiled, line), message }));
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
}

/**
 * Runs a trial once with a file's text replaced, by the library's own recording, planning and launching. On a guarded device a kernel
 * that writes behind its result is found out. Throws TrialError.
 */
export async function runTrial(device: Device, trial: Trial, text: string): Promise<HostArray> {
  const { inputs, shape, dtype = "f32" } = trial;
  const edited = new EditedText(trial.file, text);
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
          lower: ([output, word], capabilities) => edited.launches(trial.lower(tensors, output!, capabilities), word!),
        }),
      inputs,
    );
    edited.checkEnded(endless!.data[0]!);
    return result!.data;
  } catch (error) {
    throw edited.explained(error);
  }
}
