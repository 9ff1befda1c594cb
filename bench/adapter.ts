import type { Device } from "../src/gpu/device.ts";
import type { Environment } from "./result.ts";
import type { Choice } from "./works.ts";

/** What of an adapter decides which work it is given. */
export function abilities({ adapter, gpu }: Device): Pick<Choice, "software" | "largestBuffer"> {
  const { maxBufferSize, maxStorageBufferBindingSize } = gpu.limits;
  return { software: adapter.software, largestBuffer: Math.min(maxBufferSize, maxStorageBufferBindingSize) };
}

/** Describes the adapter that a device is on. */
export function describeAdapter({
  adapter,
}: Device): Pick<Environment, "adapter" | "driver" | "subgroupSize" | "software"> {
  const { name, driver, subgroupSize, software } = adapter;
  return { adapter: name, driver, subgroupSize, software };
}
