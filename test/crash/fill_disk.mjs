// Loaded before the command (node --import): the disk is full at the write whose number FULL_AT_WRITE gives and at all later
// ones, which take half of their bytes first.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const at = Number(process.env.FULL_AT_WRITE);
const { writeSync } = fs;
let writes = 0;

fs.writeSync = (file, bytes, offset, length) => {
  if (++writes < at) return writeSync(file, bytes, offset, length);
  const half = Math.floor(length / 2);
  if (half > 0 && writes === at) return writeSync(file, bytes, offset, half);
  throw Object.assign(new Error("ENOSPC: made up by the test"), { code: "ENOSPC" });
};
syncBuiltinESMExports();
