// Loaded before the command (node --import): with the buffer whose number STARVE_AT gives, the device is asked for many of the
// largest size, so that the driver's own error of memory comes with it.
import { globals } from "webgpu";

const at = Number(process.env.STARVE_AT);
const BUFFERS = 100;
const { createBuffer } = globals.GPUDevice.prototype;
const held = [];
let buffers = 0;

globals.GPUDevice.prototype.createBuffer = function (wanted) {
  if (++buffers === at) {
    const largest = { size: this.limits.maxBufferSize, usage: globals.GPUBufferUsage.COPY_DST };
    for (let i = 0; i < BUFFERS; i++) held.push(createBuffer.call(this, largest));
  }
  return createBuffer.call(this, wanted);
};
