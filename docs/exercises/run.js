// Checks the exercises: node docs/exercises/run.js [--solutions] [part of a name]. Exit code 1 unless all asked for are solved.
import { readdirSync } from "node:fs";
import { openNodeDevice } from "tailgrad/node";

const folder = new URL("./", import.meta.url);
const file = process.argv.includes("--solutions") ? "solution.js" : "exercise.js";
const [wanted = ""] = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const names = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name.includes(wanted))
  .map((entry) => entry.name)
  .sort();

if (names.length === 0) {
  console.error(`no exercise is called "${wanted}"; say a chapter from 1 to 7, or nothing for all of them`);
  process.exit(1);
}

// Guarded: whatever a kernel leaves out or writes out of bounds shows.
const device = await openNodeDevice({ guarded: true });
let solved = 0;
for (const name of names) {
  try {
    const { check } = await import(new URL(`${name}/check.js`, folder).href);
    await check(await import(new URL(`${name}/${file}`, folder).href), device);
    console.log(`solved   ${name}`);
    solved++;
  } catch (error) {
    console.log(`not yet  ${name}: ${error.message.split("\n", 1)[0]}`);
  }
}
device.destroy();
console.log(`${solved} of ${names.length} solved`);
process.exitCode = solved === names.length ? 0 : 1;
