import type { Tensor } from "../../src/autograd/tensor.ts";
import type { Capabilities } from "../../src/gpu/launch.ts";
import type { Array64 } from "../support/arrays.ts";
import type { Draw } from "./draw.ts";

/** One call of an op with everything needed to judge it. */
export interface SpecCase {
  /** Shapes and options, for people: "[2, 3] x [3, 4], transposeA". */
  readonly label: string;
  readonly inputs: readonly Array64[];
  readonly op: (...inputs: Tensor[]) => Tensor;
  /** The same in float64 by plain loops. */
  readonly oracle: (...inputs: Array64[]) => Array64;
  /**
   * For g = the gradient of a loss by the result: the gradients by the inputs, in float64, each by its formula; undefined for an
   * input without one. Absent for ops without gradients.
   */
  readonly gradient?: (g: Array64, ...inputs: Array64[]) => readonly (Array64 | undefined)[];
  /** Allowed difference where it is not 1e-5 relative plus 1e-6 absolute: copies allow none, WGSL's own bounds are looser. */
  readonly relative?: number;
  readonly absolute?: number;
  /** The absolute one of gradients, which sum over more than results do; as `absolute` when absent. */
  readonly gradientAbsolute?: number;
}

/** What the tests know of an op: how to draw calls of it, and their truth. */
export interface OpSpec {
  /** The exported name of the op, or "name (variant)" where one kernel of it is forced. */
  readonly name: string;
  readonly draw: (draw: Draw) => SpecCase;
  /** Where a forced variant does not run on this adapter: false. */
  readonly runs?: (capabilities: Capabilities) => boolean;
  /** Calls beyond 65,535 workgroups or several workgroups on every axis, which are too large to draw often. */
  readonly large?: readonly (() => SpecCase)[];
}
