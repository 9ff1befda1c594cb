import { expect, it } from "vitest";
import { oneAtATime } from "../../../src/web/parts/one_at_a_time.ts";

it("what is asked for meanwhile waits, and only the last of it is run", async () => {
  const { busy, failure, alone } = oneAtATime();
  const done: string[] = [];
  const work = (name: string) => async () => {
    await Promise.resolve();
    done.push(`${name} while ${busy.value}`);
    if (name === "a") throw new Error("no a");
  };
  const first = alone("doing a", work("a"));
  expect(busy.value).toBe("doing a");
  alone("doing b", work("b"));
  alone("doing c", work("c"));
  await first;
  expect(done).toEqual(["a while doing a", "c while doing c"]);
  expect(busy.value).toBeUndefined();
  expect(failure.value).toBeUndefined();

  await alone("doing a", work("a"));
  expect(failure.value).toBe("no a");
});
