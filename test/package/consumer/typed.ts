import { type Device, openDevice, type Step, type Tensor, Variable } from "tailgrad";
import { openNodeDevice, trainCnn } from "tailgrad/node";

export const devices: Promise<Device>[] = [openDevice(navigator.gpu), openNodeDevice()];
export const weight: Tensor = new Variable(Float32Array.of(1), [1]);
export const train: typeof trainCnn = trainCnn;
export const read = (step: Step<{ loss: Tensor }>) => step.read("loss");
// @ts-expect-error: a shape is a list of numbers
export const wrong = new Variable(Float32Array.of(1), "1");
