import { openDevice } from "../../gpu/adapter.ts";
import type { Device } from "../../gpu/device.ts";
import type { AdapterState, FromWorker } from "./messages.ts";

/** The worker's device and its turns: what every handler is given. */
export class GpuContext {
  #opening: Promise<Device> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly post: (message: FromWorker) => void) {}

  /** The open device. After a loss the next call opens another one: variables and steps of the old one are gone with it. */
  device(): Promise<Device> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  async #open(): Promise<Device> {
    try {
      const device = await openDevice(navigator.gpu);
      device.gpu.lost.then(({ reason, message }) => {
        this.#opening = undefined;
        this.post({ kind: "lost", message: message || reason || "no reason given" });
      });
      this.post({ kind: "adapter", adapter: this.adapterOf(device) });
      return device;
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
  }

  /** What the page shows of a device. */
  adapterOf({ adapter, stats }: Device): AdapterState {
    const { name, driver, software, subgroupSize } = adapter;
    return { name, driver, software, subgroupSize, bytesAlive: stats.bytesAlive };
  }

  /**
   * Runs `work` while nobody else's turn runs. A training takes a turn per slice of about a tenth of a second, so that others come in
   * between; measure times within a turn, else they are those of the training too.
   */
  async turn<R>(work: () => Promise<R>): Promise<R> {
    const before = this.#last;
    let done = () => {};
    this.#last = new Promise<void>((resolve) => {
      done = resolve;
    });
    await before;
    try {
      return await work();
    } finally {
      done();
    }
  }
}
