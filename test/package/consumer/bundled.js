import {
  Adam,
  add,
  advance,
  compile,
  grad,
  mean,
  mul,
  newClock,
  openDevice,
  square,
  sub,
  uniform,
  Variable,
} from "tailgrad";
import { train } from "./train.js";

const library = { Adam, add, advance, compile, grad, mean, mul, newClock, square, sub, uniform, Variable };
document.title = await openDevice(navigator.gpu)
  .then((device) => train(library, device))
  .catch((error) => `failed: ${error}`);
