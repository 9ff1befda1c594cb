import { beforeAll, beforeEach, expect, it, vi } from "vitest";

/** What the worker was asked for, and how to let it answer. */
const asked: { readonly name: string; readonly answer: (result: unknown) => void }[] = [];

vi.mock("../../../src/web/client.ts", () => ({
  adapter: { value: undefined },
  onLoss: () => () => undefined,
  ask: (name: string) => new Promise((answer) => asked.push({ name, answer })),
}));

const replaceState = vi.fn();

type Store = typeof import("../../../src/web/train/store.ts");
let store: Store;

beforeAll(async () => {
  vi.stubGlobal("location", { hash: "#train?seed=-1" });
  vi.stubGlobal("addEventListener", () => undefined);
  vi.stubGlobal("history", { replaceState });
  store = await import("../../../src/web/train/store.ts");
});

beforeEach(() => {
  store.reset();
  asked.length = 0;
});

const turns = () => new Promise((resolve) => setTimeout(resolve, 0));
const names = () => asked.map(({ name }) => name);
const STATE = { phase: "gan", step: 3, steps: 9, done: false };

/** Starts a training and leaves it at its run. */
async function running(): Promise<void> {
  store.start();
  await turns();
  asked.at(-1)!.answer(STATE);
  await turns();
  expect(names()).toEqual(["trainOpen", "trainRun"]);
  expect(store.status.value).toBe("running");
}

it("what an address says and cannot be meant is told, and leaves it", () => {
  expect(store.refusedWords.value).toEqual(["seed=-1"]);
  expect(replaceState.mock.lastCall).toEqual([null, "", "#train"]);
});

it("a training that runs goes on after what was done while it paused", async () => {
  await running();
  const saved = store.whilePaused(async () => store.status.value);
  asked[1]!.answer(STATE);
  expect(await saved).toBe("paused");
  await turns();
  expect(store.status.value).toBe("running");
  expect(names()).toEqual(["trainOpen", "trainRun", "trainRun"]);
  asked[2]!.answer(STATE);
  await turns();
});

it("a training that was paused stays so after what was done with it", async () => {
  await running();
  store.pause();
  asked[1]!.answer(STATE);
  await turns();
  await store.whilePaused(async () => undefined);
  await turns();
  expect(store.status.value).toBe("paused");
});

it.each([
  { what: "slow motion", press: () => store.setSlow(true) },
  { what: "to the classifier", press: () => store.toClassifier() },
])("a training that is reset while $what waits for its pause is not started again", async ({ press }) => {
  await running();
  const pressed = press();
  store.reset();
  asked[1]!.answer(STATE);
  await pressed;
  await turns();
  expect(names()).toEqual(["trainOpen", "trainRun", "trainClose"]);
  expect(store.status.value).toBe("idle");
});

it("slow motion goes on with a training that runs", async () => {
  await running();
  const pressed = store.setSlow(true);
  asked[1]!.answer(STATE);
  await pressed;
  await turns();
  expect(names()).toEqual(["trainOpen", "trainRun", "trainRun"]);
});
