// Loaded before the command (node --import): the device is lost right before the submit whose number LOSE_DEVICE_AT gives, or,
// with LOSE_DEVICE_LATE, right after it. Says on stderr at the end how many submits there were.
import { globals } from "webgpu";

const at = Number(process.env.LOSE_DEVICE_AT);
const late = process.env.LOSE_DEVICE_LATE === "1";
const { GPUAdapter, GPUQueue } = globals;
const { requestDevice } = GPUAdapter.prototype;
const { submit } = GPUQueue.prototype;

let device;
let submits = 0;

GPUAdapter.prototype.requestDevice = async function (...request) {
  device = await requestDevice.apply(this, request);
  return device;
};

GPUQueue.prototype.submit = function (...commands) {
  const now = ++submits === at;
  if (now && !late) device.destroy();
  submit.apply(this, commands);
  if (now && late) device.destroy();
};

process.on("exit", () => process.stderr.write(`submits: ${submits}\n`));
