import type { Device } from "../src/gpu/device.ts";
import type { Environment } from "./result.ts";

/** Describes the adapter that a device is on. */
export function describeAdapter({
  adapter,
}: Device): Pick<Environment, "adapter" | "driver" | "subgroupSize" | "software"> {
  const { name, driver, subgroupSize, software } = adapter;
  return { adapter: name, driver, subgroupSize, software };
}
