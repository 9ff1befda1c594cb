import * as tailgrad from "tailgrad";
import { openNodeDevice } from "tailgrad/node";
import { train } from "./train.js";

console.log(await train(tailgrad, await openNodeDevice()));
