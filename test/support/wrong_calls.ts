import { describe, expect, it } from "vitest";
import { compile } from "../../src/autograd/compile.ts";
import { evaluate } from "../../src/autograd/evaluate.ts";
import { add } from "../../src/autograd/ops/elementwise.ts";
import { type Tensor, Variable } from "../../src/autograd/tensor.ts";
import { TailgradError } from "../../src/errors.ts";
import type { Device } from "../../src/gpu/device.ts";
import { sizeOf } from "../../src/gpu/launch.ts";
import { testDevice } from "./device.ts";

/**
 * A call that must be refused: what the message begins with (the op's name), the call, the class of the error, and a part of
 * the message.
 */
export type WrongCall = readonly [
  op: string,
  call: (device: Device) => unknown,
  error: new (message: string) => TailgradError,
  part: string,
];

/** Zeros of each element type; only a host array until a step uses them. */
export const f32 = (...shape: number[]) => new Variable(new Float32Array(sizeOf(shape)), shape);
export const u32 = (...shape: number[]) => new Variable(new Uint32Array(sizeOf(shape)), shape);
export const i32 = (...shape: number[]) => new Variable(new Int32Array(sizeOf(shape)), shape);

/** What callers without a type checker may hand over instead of a tensor. */
export const NO_TENSORS: readonly never[] = [undefined, null, "x", 3, [1, 2], { a: 1 }, new Float32Array(2)] as never[];

/** The same instead of a tensor or a number. */
export const NO_OPERANDS: readonly never[] = [undefined, null, "3", true, [1], {}, 2n] as never[];

/** The same instead of an object of options, and keys that no op has. */
export const NO_OPTIONS: readonly never[] = [null, 2, "x", [1], true, { unknown: 1 }] as never[];

/** One wrong call for each of `values` in one place of a call. */
export function each(
  values: readonly never[],
  op: string,
  call: (value: never) => unknown,
  error: WrongCall[2],
  part: string,
): WrongCall[] {
  return values.map((value) => [op, () => call(value), error, part]);
}

/** Tests that each op refuses its call while it is recorded. */
export function refusesToRecord(what: string, calls: readonly WrongCall[]): void {
  refuses(
    what,
    calls.map(([op, call, error, part]) => {
      const recorded = (device: Device) =>
        compile(device, () => {
          call(device);
          return {} as Record<string, Tensor>;
        });
      return [op, recorded, error, part];
    }),
  );
}

/**
 * Tests that each call throws, or rejects with, exactly the named error, in one line that begins with the op's name and holds
 * the part; that no buffer, pipeline, bind group, submit or dispatch was made for it; and that the device works afterwards.
 */
export function refuses(what: string, calls: readonly WrongCall[]): void {
  describe(what, () => {
    it.each(calls.map((call, i) => [i, call[0], call[3], call] as const))("%i %s: %s", async (_, op, part, call) => {
      const device = await testDevice();
      const before = { ...device.stats };
      const error = await failureOf(() => call[1](device));
      expect(error, `instead of ${call[2].name}: ${error}`).toBeInstanceOf(TailgradError);
      const { message, name } = error as TailgradError;
      expect(`${name}: ${message}`).toContain(`${call[2].name}: ${op}`);
      expect(message).toContain(part);
      expect(message).not.toMatch(/[\n\r]/);
      expect(message.length).toBeLessThan(400);
      expect({ ...device.stats }).toEqual(before);
    });

    it("leaves the device usable", async () => {
      const inputs = [1, 2].map((value) => ({ data: Float32Array.of(value), shape: [1] }));
      const [sum] = await evaluate(await testDevice(), (a, b) => [add(a!, b!)], inputs);
      expect(sum!.data).toEqual(Float32Array.of(3));
    });
  });
}

async function failureOf(call: () => unknown): Promise<unknown> {
  try {
    return `no error but ${String(await call())}`;
  } catch (error) {
    return error;
  }
}
