import { DTypeError, ShapeError } from "../../errors.ts";
import { scratch } from "../../gpu/launch.ts";
import { launchAdvance, launchAssign, launchLogScalars } from "../../kernels/state/state.ts";
import { denseSteps, strided } from "../../kernels/strided/strided.ts";
import { checkTensor, record } from "../record.ts";
import type { Tensor, Variable } from "../tensor.ts";
import { requireTensors, requireVariable } from "../tensor_arguments.ts";
import { checkClock } from "./random.ts";

/**
 * Records `variable = value`, of one shape and any type, in place, in the order of recording. No gradient flows through it.
 * Throws RecordingError, ShapeError, DTypeError.
 */
export function assign(variable: Variable, value: Tensor): void {
  recordAssign("assign", variable, value, false);
}

/**
 * Records `variable += value`, of one shape and type (any), in place: how gradients are accumulated over several small
 * batches before one update. No gradient flows through it. Throws RecordingError, ShapeError, DTypeError.
 */
export function assignAdd(variable: Variable, value: Tensor): void {
  recordAssign("assignAdd", variable, value, true);
}

function recordAssign(op: string, variable: Variable, value: Tensor, add: boolean): void {
  requireVariable(op, variable);
  checkTensor(op, value);
  if (variable.shape.join() !== value.shape.join()) {
    throw new ShapeError(
      `${op}: ${variable.name} is ${variable}, but the value is ${value}; shapes must be equal (reshape or expand it)`,
    );
  }
  if (variable.dtype !== value.dtype) {
    throw new DTypeError(`${op}: ${variable.name} is ${variable}, but the value is ${value}; convert it with cast`);
  }
  record({
    op,
    inputs: [value],
    outputs: [],
    lower: () => {
      if (value.storage.root !== variable.storage.root) return [launchAssign(variable, value, add)];
      // Packed in one memory: no dispatch may read and write one buffer.
      const copy = scratch(value.shape, value.dtype, `${op} copy`);
      return [strided(`${op} copy`, value, copy, 0, denseSteps(value.shape)), launchAssign(variable, copy, add)];
    },
    writes: [variable],
  });
}

/** Records adding 1 to a 64-bit counter (u32 [2], low and high word; see newClock). No gradient. Throws DTypeError. */
export function advance(clock: Variable): void {
  checkClock("advance", clock);
  record({ op: "advance", inputs: [], outputs: [], lower: () => [launchAdvance(clock)], writes: [clock] });
}

/**
 * Records writing k one-element f32 tensors into row (clock % capacity) of `log`, an f32 variable [capacity, k], so
 * that many steps run without a word from the CPU and their losses are read together afterwards. No gradient. Throws
 * DTypeError, ShapeError, RecordingError.
 */
export function logScalars(log: Variable, clock: Variable, scalars: readonly Tensor[]): void {
  requireVariable("logScalars", log);
  requireTensors("logScalars", "the list of scalars", scalars);
  checkClock("logScalars", clock);
  const [capacity, columns] = log.shape;
  if (log.dtype !== "f32" || log.rank !== 2 || !capacity || columns !== scalars.length || columns === 0) {
    throw new ShapeError(
      `logScalars: the log is ${log}, but ${scalars.length} scalars need f32[capacity, ${scalars.length}], both 1 or more`,
    );
  }
  for (const scalar of scalars) {
    if (scalar.dtype !== "f32" || scalar.size !== 1) {
      throw new ShapeError(
        `logScalars: each scalar must be f32 of one element, but one is ${scalar}; reduce it (mean)`,
      );
    }
  }
  record({
    op: "logScalars",
    inputs: [clock, ...scalars],
    outputs: [],
    lower: () => launchLogScalars(log, clock, scalars),
    writes: [log],
  });
}
