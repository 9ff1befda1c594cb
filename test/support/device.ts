import { afterAll } from "vitest";
import type { Device } from "../../src/gpu/device.ts";
import { openNodeDevice } from "../../src/gpu/node_dawn.ts";

let opened: Promise<Device> | undefined;

/** The device that a test file shares; destroyed after its last test. */
export function testDevice(): Promise<Device> {
  opened ??= openNodeDevice();
  return opened;
}

afterAll(async () => {
  (await opened)?.destroy();
  opened = undefined;
});
